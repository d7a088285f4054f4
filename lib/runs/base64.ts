/** Encodes the bytes of an array as base64. */
export function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
	return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
}

/** Decodes the float32 values of a base64 text. */
export function fromBase64(text: string): Float32Array {
	return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
