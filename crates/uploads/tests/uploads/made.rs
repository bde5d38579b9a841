//! Files as programs write them, made by code, and parts of them to make them wrong.

use std::io::{Cursor, Write};

use flate2::{Compression, Crc, write::DeflateEncoder, write::ZlibEncoder};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use uploads::Limits;

/// A picture of so many pixels, each of another colour than the ones beside it.
pub fn pixels(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 5) as u8, (y * 7) as u8, ((x + y) * 3) as u8])
    })
}

fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(pixels(width, height)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn jpeg() -> Vec<u8> {
    picture(ImageFormat::Jpeg, 48, 32)
}

pub fn png() -> Vec<u8> {
    picture(ImageFormat::Png, 48, 32)
}

pub fn webp() -> Vec<u8> {
    picture(ImageFormat::WebP, 48, 32)
}

/// Exif that says which way is up, where (in GPS tags, as text) and whatever else is planted.
pub fn exif(orientation: u8, planted: &[u8]) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
        tiff.extend_from_slice(&tag.to_le_bytes());
        tiff.extend_from_slice(&kind.to_le_bytes());
        tiff.extend_from_slice(&count.to_le_bytes());
        tiff.extend_from_slice(&value.to_le_bytes());
    };
    let behind = 8 + 2 + 3 * 12 + 4;
    entry(0x010f, 2, planted.len() as u32, behind);
    entry(0x0112, 3, 1, u32::from(orientation));
    entry(0x8825, 4, 1, behind);
    tiff.extend_from_slice(&[0; 4]);
    tiff.extend_from_slice(planted);
    tiff
}

/// A segment of JPEG.
pub fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, marker][..], &len.to_be_bytes(), content].concat()
}

/// A JPEG with these segments behind its beginning.
pub fn jpeg_with(segments: &[Vec<u8>]) -> Vec<u8> {
    let jpeg = jpeg();
    [&jpeg[..2], &segments.concat(), &jpeg[2..]].concat()
}

/// A chunk of PNG.
pub fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(content);
    [&(content.len() as u32).to_be_bytes()[..], name, content, &crc.sum().to_be_bytes()].concat()
}

/// A PNG with these chunks behind its head.
pub fn png_with(chunks: &[Vec<u8>]) -> Vec<u8> {
    let png = png();
    let head = 8 + 25;
    [&png[..head], &chunks.concat(), &png[head..]].concat()
}

/// The head of a PNG of so many pixels, of 8 bits for each of three colours.
pub fn png_head(width: u32, height: u32) -> Vec<u8> {
    let content = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &content)].concat()
}

/// A chunk of WebP.
pub fn riff(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let pad = &[0][..content.len() % 2];
    [name, &(content.len() as u32).to_le_bytes()[..], content, pad].concat()
}

/// A WebP with these chunks behind its pixels.
pub fn webp_with(chunks: &[Vec<u8>]) -> Vec<u8> {
    let webp = webp();
    let body = [&webp[8..], &chunks.concat()].concat();
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

pub fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// A file to be packed, and what its entry says besides.
#[derive(Clone)]
pub struct Part {
    pub name: Vec<u8>,
    pub content: Vec<u8>,
    pub is_stored: bool,
    pub flags: u16,
    /// What the list says that it unpacks to, where that is not so.
    pub claimed: Option<u32>,
}

pub fn part(name: &str, content: impl AsRef<[u8]>) -> Part {
    Part {
        name: name.as_bytes().to_vec(),
        content: content.as_ref().to_vec(),
        is_stored: false,
        flags: 0,
        claimed: None,
    }
}

/// A ZIP file of these parts.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let (mut all, mut list) = (Vec::new(), Vec::new());
    for part in parts {
        let packed = if part.is_stored { part.content.clone() } else { deflate(&part.content) };
        let mut crc = Crc::new();
        crc.update(&part.content);
        let at = all.len() as u32;
        let mut shared = Vec::new();
        let method: u16 = if part.is_stored { 0 } else { 8 };
        for number in [20, part.flags, method, 0, 0] {
            shared.extend_from_slice(&number.to_le_bytes());
        }
        for number in
            [crc.sum(), packed.len() as u32, part.claimed.unwrap_or(part.content.len() as u32)]
        {
            shared.extend_from_slice(&number.to_le_bytes());
        }
        shared.extend_from_slice(&(part.name.len() as u16).to_le_bytes());
        shared.extend_from_slice(&[0, 0]);
        all.extend_from_slice(&[&b"PK\x03\x04"[..], &shared, &part.name, &packed].concat());
        list.extend_from_slice(
            &[&b"PK\x01\x02\x14\0"[..], &shared, &[0; 10], &at.to_le_bytes(), &part.name].concat(),
        );
    }
    let end = end_of_zip(parts.len() as u16, list.len() as u32, all.len() as u32);
    [all, list, end].concat()
}

pub fn end_of_zip(count: u16, list_bytes: u32, list_at: u32) -> Vec<u8> {
    let count = count.to_le_bytes();
    [
        &b"PK\x05\x06\0\0\0\0"[..],
        &count,
        &count,
        &list_bytes.to_le_bytes(),
        &list_at.to_le_bytes(),
        &[0, 0],
    ]
    .concat()
}

/// A list of types that says of `part` what it is.
pub fn types(part: &str, content_type: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\"/{part}\" ContentType=\"{content_type}\"/></Types>"
    )
}

pub const WORD: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
pub const EXCEL: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

pub fn relationship(kind: &str, target: &str, mode: &str) -> String {
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"{mode}/></Relationships>"
    )
}

/// The parts of a letter.
pub fn docx_parts() -> Vec<Part> {
    vec![
        part("[Content_Types].xml", types("word/document.xml", WORD)),
        part("_rels/.rels", relationship("officeDocument", "word/document.xml", "")),
        part(
            "word/document.xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document><w:t>Dear Morag Invented</w:t></w:document>",
        ),
    ]
}

pub fn docx() -> Vec<u8> {
    zip(&docx_parts())
}

/// A letter with a part more.
pub fn docx_with(more: Part) -> Vec<u8> {
    zip(&[docx_parts(), vec![more]].concat())
}

pub fn xlsx_parts() -> Vec<Part> {
    vec![
        part("[Content_Types].xml", types("xl/workbook.xml", EXCEL)),
        part("_rels/.rels", relationship("officeDocument", "xl/workbook.xml", "")),
        part("xl/workbook.xml", "<workbook/>"),
        part("xl/printerSettings/printerSettings1.bin", [7, 0, 7]),
    ]
}

pub fn odt_parts(mimetype: &str) -> Vec<Part> {
    let first = Part { is_stored: true, ..part("mimetype", mimetype) };
    vec![
        first,
        part("content.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content/>"),
        part("META-INF/manifest.xml", "<manifest:manifest/>"),
    ]
}

pub const ODT: &str = "application/vnd.oasis.opendocument.text";
pub const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// A PDF of one empty page, with further objects and a catalogue that says more.
pub fn pdf_with(catalogue: &str, objects: &[u8]) -> Vec<u8> {
    let head = format!(
        "%PDF-1.7\n%\u{e2}\u{e3}\u{cf}\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {catalogue} >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    );
    let end = b"trailer\n<< /Root 1 0 R /Size 9 >>\nstartxref\n0\n%%EOF\n";
    [head.as_bytes(), objects, end].concat()
}

pub fn pdf() -> Vec<u8> {
    pdf_with("/OpenAction [3 0 R /Fit]", &stream("/Length 9", &zlib(b"BT (Hello) Tj ET")))
}

/// A stream with its dictionary, as object 8.
pub fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("8 0 obj\n<< /Filter /FlateDecode {dictionary} >>\nstream\r\n");
    [head.as_bytes(), content, b"\nendstream\nendobj\n"].concat()
}

/// Objects packed into one stream.
pub fn object_stream(objects: &str) -> Vec<u8> {
    stream("/Type /ObjStm /N 1 /First 4", &zlib(objects.as_bytes()))
}

/// Every kind that is taken, as programs write it.
pub fn every_kind() -> Vec<(uploads::Kind, Vec<u8>)> {
    use uploads::Kind;
    vec![
        (Kind::Pdf, pdf()),
        (Kind::Jpeg, jpeg()),
        (Kind::Png, png()),
        (Kind::Webp, webp()),
        (Kind::Heic, heic(1, b"Exif planted by Farouk Invented")),
        (Kind::Text, "What Zoë said, on 3 May.\r\n\tIn her words.".into()),
        (Kind::Docx, docx()),
        (Kind::Xlsx, zip(&xlsx_parts())),
        (Kind::Odt, zip(&odt_parts(ODT))),
        (Kind::Ods, zip(&odt_parts(ODS))),
    ]
}

/// A box of HEIF.
pub fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
}

/// A HEIC as phones write it, with one picture of `PIXELS`, turned by so many quarters, and Exif.
pub fn heic(quarters: u8, exif: &[u8]) -> Vec<u8> {
    heic_with(quarters, exif, &[])
}

pub const PIXELS: &[u8] = b"these stand for packed pixels";

/// The same with further boxes at its end.
pub fn heic_with(quarters: u8, exif: &[u8], behind: &[u8]) -> Vec<u8> {
    let full = |name: &[u8; 4], version: u8, content: &[u8]| {
        boxed(name, &[&[version, 0, 0, 0][..], content].concat())
    };
    let item = |id: u8, kind: &[u8; 4], name: &[u8]| {
        full(b"infe", 2, &[&[0, id, 0, 0][..], kind, name, &[0]].concat())
    };
    let handler = full(b"hdlr", 0, b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0Camera of Farouk\0");
    let items = full(
        b"iinf",
        0,
        &[&[0, 2][..], &item(1, b"hvc1", b"at home"), &item(2, b"Exif", b"")].concat(),
    );
    let size = full(b"ispe", 0, &[0, 0, 0, 64, 0, 0, 0, 48]);
    let turned = boxed(b"irot", &[quarters]);
    let told = full(b"udes", 0, b"en\0Kitchen of the refuge\0\0\0");
    let properties = boxed(
        b"iprp",
        &[
            boxed(b"ipco", &[size, turned, told].concat()),
            full(b"ipma", 0, &[0, 0, 0, 1, 0, 1, 3, 0x81, 0x82, 3]),
        ]
        .concat(),
    );
    let meta = |at: u32| {
        let extent = |id: u8, at: u32, len: usize| {
            [&[0, id, 0, 0, 0, 1][..], &at.to_be_bytes(), &(len as u32).to_be_bytes()].concat()
        };
        let places = full(
            b"iloc",
            0,
            &[
                &[0x44, 0, 0, 2][..],
                &extent(1, at, PIXELS.len()),
                &extent(2, at + PIXELS.len() as u32, exif.len()),
            ]
            .concat(),
        );
        let primary = full(b"pitm", 0, &[0, 1]);
        full(
            b"meta",
            0,
            &[handler.clone(), primary, places, items.clone(), properties.clone()].concat(),
        )
    };
    let kind = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
    let before = kind.len() + meta(0).len() + 8;
    [kind, meta(before as u32), boxed(b"mdat", &[PIXELS, exif].concat()), behind.to_vec()].concat()
}

/// Small bounds, so that a changed number soon passes one.
pub fn small_limits() -> Limits {
    Limits {
        file_bytes: 64 * 1024,
        side: 2_000,
        pixels: 1_000_000,
        unpacked_bytes: 256 * 1024,
        pdf_unpacked_bytes: 256 * 1024,
        ..Limits::default()
    }
}
