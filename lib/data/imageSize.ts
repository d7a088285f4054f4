const PNG_MAGIC = '\x89PNG\r\n\x1a\n';
/** Whether a JPEG marker is a frame header (ITU-T T.81, table B.1): C0 to CF except C4, C8 and CC. */
const isFrameHeader = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Width and height of a stored image, in pixels. */
export interface ImageSize {
	readonly width: number;
	readonly height: number;
}

/**
 * Reads the size of a JPEG, PNG or WebP image from its first bytes, without decoding it.
 * @returns Undefined for other formats, and if the bytes end before the size.
 */
export function imageSize(content: Uint8Array): ImageSize | undefined {
	const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
	const start = bytes.toString('latin1', 0, 16);
	if (start.startsWith(PNG_MAGIC) && bytes.length >= 24) {
		return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
	}
	if (start.startsWith('\xff\xd8')) return jpegSize(bytes);
	if (start.startsWith('RIFF') && start.startsWith('WEBP', 8) && bytes.length >= 30) return webpSize(bytes);
	return undefined;
}

function jpegSize(bytes: Buffer): ImageSize | undefined {
	for (let at = 2; at + 9 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
		// A marker may be preceded by any number of fill bytes.
		while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
		if (bytes[at] !== 0xff || at + 9 > bytes.length) return undefined;
		if (isFrameHeader(bytes[at + 1])) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
	}
	return undefined;
}

/** The three kinds of WebP (RFC 9649): lossy, lossless and extended. */
function webpSize(bytes: Buffer): ImageSize | undefined {
	const kind = bytes.toString('latin1', 12, 16);
	if (kind === 'VP8X') return { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) };
	if (kind === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
	if (kind !== 'VP8L') return undefined;
	const packed = bytes.readUInt32LE(21);
	return { width: 1 + (packed & 0x3fff), height: 1 + ((packed >>> 14) & 0x3fff) };
}
