/** A picture as it will be kept, made in the browser: what is uploaded is small, and only pixels. */

/** Twice what the server keeps: enough for it to choose from. */
const SIDE = 512;

/** The middle square of a picture, upright. Rejects when the file is none that can be read. */
export async function squarePicture(file: File): Promise<{ file: File; url: string }> {
  const picture = await createImageBitmap(file);
  const { width, height } = picture;
  const cut = Math.min(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.min(cut, SIDE);
  const middle = [(width - cut) / 2, (height - cut) / 2, cut, cut] as const;
  canvas.getContext("2d")?.drawImage(picture, ...middle, 0, 0, canvas.width, canvas.height);
  picture.close();
  // Browsers that make no WebP make a PNG.
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/webp", 0.9));
  if (blob === null) throw new Error("the browser can't make a picture of this size");
  return { file: new File([blob], "picture", { type: blob.type }), url: canvas.toDataURL() };
}
