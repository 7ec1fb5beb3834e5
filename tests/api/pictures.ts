/** Pictures to upload. */
import sharp from "sharp";

/** The smallest GIF. */
export const PIXEL = Uint8Array.fromBase64(
  "R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==",
);

/** A picture, red on the left half and blue on the right. */
export async function twoColours(
  format: "png" | "jpeg" | "webp" | "gif",
  { width = 400, height = 200 } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const blue = { create: { width, height, channels: 3 as const, background: "blue" } };
  const red = { create: { ...blue.create, width: width / 2, background: "red" } };
  const picture = sharp(blue).composite([{ input: red, left: 0, top: 0 }]);
  return new Uint8Array(await picture.toFormat(format).toBuffer());
}

/** A photo as a phone takes one: it says where, and that it lies on its side. */
export async function photo(): Promise<Uint8Array<ArrayBuffer>> {
  const upright = await twoColours("jpeg");
  return new Uint8Array(
    await sharp(upright)
      .withExif({ IFD0: { Copyright: "SECRET" }, IFD3: { GPSLatitude: "52/1 31/1 12/1" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer(),
  );
}

/** A picture of noise, which no compression makes smaller: about 3 MB. */
export async function largePicture(): Promise<Uint8Array<ArrayBuffer>> {
  const noise = crypto.getRandomValues(new Uint8Array(60_000));
  const side = 1000;
  const pixels = await new Blob(Array(side * side * 3 / noise.length).fill(noise)).bytes();
  const picture = sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
  return new Uint8Array(await picture.png().toBuffer());
}
