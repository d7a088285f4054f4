/** Encodes the bytes of an array as base64. */
export const toBase64 = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
	Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');

/** Decodes the float32 values of a base64 text. */
export const fromBase64 = (text: string): Float32Array =>
	new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
