/** What an exported file says about its network; every value is text, since ONNX stores nothing else. */
export interface ExportAbout extends Readonly<Record<string, string>> {
	/** The program that wrote the file, and its version. */
	readonly producer: string;
	readonly version: string;
	readonly description: string;
}
