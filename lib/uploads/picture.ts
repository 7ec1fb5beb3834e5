/** Pictures of people: whatever was uploaded becomes a small square WebP of our own making. */
import { ProtocolError } from "../protocol/errors.ts";

/** The largest upload, in bytes. */
export const MAX_PICTURE_BYTES = 2 * 1024 * 1024;
/** Width and height of what is kept, in pixels: twice the largest that is shown. */
const SIDE = 256;
/** A few bytes can claim to be a huge picture; one that is larger is not decoded at all. */
const MAX_PIXELS = 40_000_000;
/** How long decoding may take, in seconds. */
const MAX_SECONDS = 10;

/**
 * Makes a picture to be kept of an upload. Its kind is known by its bytes alone. Only pixels
 * survive: no metadata (where a photo was taken), nothing that was hidden behind them, and no
 * second frame. Turned upright as the camera noted.
 *
 * @throws {ProtocolError} `invalid_message` when the bytes are no picture that can be used
 */
export async function toPicture(upload: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const sharp = await loadSharp();
  try {
    const picture = await sharp(upload, { limitInputPixels: MAX_PIXELS, failOn: "error" })
      .autoOrient()
      .resize(SIDE, SIDE, { fit: "cover" })
      .webp({ quality: 82 })
      .timeout({ seconds: MAX_SECONDS })
      .toBuffer();
    return new Uint8Array(picture);
  } catch (error) {
    const { message } = error as Error;
    throw new ProtocolError(
      "invalid_message",
      /pixel limit/.test(message)
        ? "That picture has too many pixels. Choose a smaller one."
        : "That is no picture that can be read. Choose a PNG, JPEG, WebP or GIF.",
    );
  }
}

let loading: Promise<typeof import("sharp").default> | undefined;

/** Loaded when the first picture comes: it is native code, which some platforms can't run. */
function loadSharp() {
  loading ??= import("sharp").then(({ default: sharp }) => {
    // It could read much more: documents, vector graphics with scripts, and files by their name.
    sharp.block({ operation: ["VipsForeignLoad"] });
    const formats = ["Jpeg", "Png", "Webp", "Nsgif"];
    sharp.unblock({ operation: formats.map((format) => `VipsForeignLoad${format}Buffer`) });
    sharp.cache(false);
    sharp.concurrency(1);
    return sharp;
  });
  return loading;
}
