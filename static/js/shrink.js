// A photo small enough to travel: the server looks at far fewer pixels than a phone takes.

const LONGER_SIDE = 1024;
const QUALITY = 0.88;

/**
 * The photo as a JPEG of at most 1024 px, upright; the file itself where it is small already or
 * where this browser can't read it (the server may).
 */
export async function shrink(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = LONGER_SIDE / Math.max(bitmap.width, bitmap.height);
    const small = scale >= 1 ? null : await drawn(bitmap, scale);
    bitmap.close();
    return small && small.size < file.size ? small : file;
  } catch {
    return file;
  }
}

function drawn(bitmap, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  // The server flattens transparency on white too; a JPEG would turn it black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
