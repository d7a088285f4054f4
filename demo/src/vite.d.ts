// Types of Vite's imports with a query.
declare module '*?worker&url' {
	const address: string;
	export default address;
}
