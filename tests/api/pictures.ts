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
