//! A small picture made of the pixels of a stored one: nothing of its bytes, but what can be seen.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage, codecs::jpeg::JpegEncoder,
};

use super::{jpeg, png, webp};
use crate::{Kind, Limits, Refusal};

/// Of 100, as JPEG counts it: what is small and still sharp enough to read a letter.
const QUALITY: u8 = 80;
/// Memory beside that for pixels: the preview itself, and tables.
const BESIDE: u64 = 24 * 1024 * 1024;

/// No preview is made. The file can still be downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoPreview {
    /// It is no picture, or of a kind of which none is made.
    #[error("There is no preview of this kind of file. Download it to see it.")]
    OtherKind,
    /// Making one takes more memory than is allowed.
    #[error("This picture is too large for a preview. Download it to see it.")]
    TooLarge,
    /// Its pixels can't be unpacked.
    #[error("This picture is damaged. Download it to see it.")]
    Damaged,
}

/// A JPEG of `content`, which [`crate::take`] gave back as of this kind: the right way up, on white, at most
/// [`Limits::preview_side`] along its longer side, with nothing written about it.
///
/// # Errors
/// When there is none.
pub fn preview(kind: Kind, content: &[u8], limits: &Limits) -> Result<Vec<u8>, NoPreview> {
    let (format, bytes) = needs(kind, content, limits)?;
    if bytes.saturating_add(BESIDE) > limits.preview_bytes {
        return Err(NoPreview::TooLarge);
    }
    make(format, content, limits).map_err(|_| NoPreview::Damaged)
}

/// How it is read, and how many bytes its pixels take while they are unpacked and made small.
fn needs(kind: Kind, content: &[u8], limits: &Limits) -> Result<(ImageFormat, u64), NoPreview> {
    let damaged = |_: Refusal| NoPreview::Damaged;
    let pixels = |width: u32, height: u32| u64::from(width) * u64::from(height);
    Ok(match kind {
        Kind::Jpeg => {
            let frame = jpeg::frame(content, limits).map_err(damaged)?;
            let colours = u64::from(frame.colours);
            // Unpacked colours, and for several passes two bytes more for each.
            let each = colours.max(3) + if frame.is_progressive { 2 * colours } else { 0 };
            (ImageFormat::Jpeg, pixels(frame.width, frame.height) * each)
        }
        Kind::Png => {
            let head = png::head(content).ok_or(NoPreview::Damaged)?;
            // Fewer than eight bits become eight, and a palette colours.
            let each = if head.bits <= 8 { 4 } else { head.bits.div_ceil(8) };
            (ImageFormat::Png, pixels(head.width, head.height) * each)
        }
        Kind::Webp => {
            let head = webp::head(content).map_err(damaged)?;
            // Colours, what they are made from, and what shows through.
            (ImageFormat::WebP, pixels(head.width, head.height) * 10)
        }
        _ => return Err(NoPreview::OtherKind),
    })
}

fn make(
    format: ImageFormat,
    content: &[u8],
    limits: &Limits,
) -> Result<Vec<u8>, image::ImageError> {
    let mut within = image::Limits::default();
    within.max_image_width = Some(limits.side);
    within.max_image_height = Some(limits.side);
    within.max_alloc = Some(limits.preview_bytes);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(within);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let full = DynamicImage::from_decoder(decoder)?;
    let side = limits.preview_side;
    let mut small =
        if full.width().max(full.height()) > side { full.thumbnail(side, side) } else { full };
    small.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&on_white(&small))?;
    Ok(jpeg)
}

/// What shows through becomes white paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let seen = picture.to_rgba8();
    RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0;
        let over = |colour: u8| {
            let mixed = u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            // At most 255.
            (mixed / 255) as u8
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}
