//! How much of anything is looked at or kept. All of it is data, so that a partnership may say less.

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// What a file may measure. [`Limits::default`] is what Sightline uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file, as it is sent.
    pub file_bytes: u64,
    /// Bytes of a piece of a file that is sent in pieces.
    pub piece_bytes: u32,
    /// Pixels along one side of a picture.
    pub side: u32,
    /// Pixels of a picture. It is read from its head, before anything is decoded.
    pub pixels: u64,
    /// Pixels along the longer side of a preview.
    pub preview_side: u32,
    /// Bytes of memory that a preview may take while it is made. What would take more has none.
    pub preview_bytes: u64,
    /// Files inside a document (docx, xlsx, odt, ods).
    pub entries: usize,
    /// Bytes of everything inside a document, and of the pixels of a PNG, unpacked.
    pub unpacked_bytes: u64,
    /// How many times larger than packed a file inside a document may be, once it is larger than
    /// 1 MiB: smaller ones are mostly the same few words over and over.
    pub ratio: u64,
    /// Bytes of a part of a document that is read for what it refers to.
    pub part_bytes: u64,
    /// Bytes that are unpacked of all the streams of a PDF together to look for what runs. A PDF
    /// with more is taken as not looked through.
    pub pdf_unpacked_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 25 * MIB,
            piece_bytes: 256 * 1024,
            side: 20_000,
            pixels: 64_000_000,
            preview_side: 1_600,
            preview_bytes: 128 * MIB,
            entries: 2_000,
            unpacked_bytes: 100 * MIB,
            ratio: 200,
            part_bytes: MIB,
            pdf_unpacked_bytes: 128 * MIB,
        }
    }
}
