// A camera's picture as large as it is needed: what somebody takes with a phone goes up
// on the phone's line. It comes out upright and without where and by what it was taken.
// Loaded by <file-field> and <file-drop> where a camera is offered; whatever can't be
// done here, the whole file goes.

const LARGE = 1 << 20; // bytes: a smaller file goes as it is
const LONG = 2400; // pixels of the longer side: some 200 dots an inch of a page (rule DOC-009 asks 150)
const SHORT = 1200; // and no fewer of the shorter one, however long it is: a portrait asks 354 (PPT-009)

/** @param {File} file @returns {Promise<File>} */
export async function shrink(file) {
	if (file.type !== "image/jpeg" || file.size < LARGE || !matchMedia("(pointer: coarse)").matches) return file;
	try {
		const img = await createImageBitmap(file, { imageOrientation: "from-image" });
		const part = Math.max(LONG / Math.max(img.width, img.height), SHORT / Math.min(img.width, img.height));
		if (part >= 1) return file;
		const canvas = document.createElement("canvas");
		canvas.width = Math.round(img.width * part);
		canvas.height = Math.round(img.height * part);
		const pen = canvas.getContext("2d");
		if (!pen) return file;
		pen.imageSmoothingQuality = "high";
		pen.drawImage(img, 0, 0, canvas.width, canvas.height);
		img.close();
		/** @type {Blob | null} */
		const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
		return made && made.size < file.size ? new File([made], file.name, { type: made.type, lastModified: file.lastModified }) : file;
	} catch {
		return file;
	}
}
