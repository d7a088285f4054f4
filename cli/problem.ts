/** Something that the user can fix: its message is printed as it is, without a stack. */
export class Problem extends Error {
	override name = 'Problem';

	/** @param exitCode What the program ends with. Default 1. */
	constructor(
		message: string,
		readonly exitCode = 1,
	) {
		super(message);
	}
}
