'use client';

import { useEffect } from 'react';

// The page of an application: gives the test one function.
export default function Page() {
	useEffect(() => {
		import('../bundled.mjs');
	}, []);
	return <p>A person's application</p>;
}
