//! The inside of a ZIP file, read more strictly than any program that opens one: from the first
//! byte to the last there are only entries, their list and its end, in one order, with no gap and
//! no overlap. So what a list says is what any other reader finds, nothing hides before, between
//! or behind, and a bomb of entries that share their bytes is not built like that.
//!
//! Source: PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4. ZIP64, several disks and comments behind
//! the end are not taken: no document of the allowed size needs them.

use std::collections::HashSet;

use flate2::Crc;

use crate::{
    Limits, Refusal,
    bytes::{slice, u16_le, u32_le},
    inflate::{Ended, Inflater},
};

const ENTRY: &[u8] = b"PK\x03\x04";
const LISTED: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const ENTRY_BYTES: usize = 30;
const LISTED_BYTES: usize = 46;
const END_BYTES: usize = 22;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// The sizes of what may stand behind an entry whose sizes were not known beforehand: without and
/// with its mark, with sizes of four and of eight bytes.
const DESCRIPTORS: [usize; 4] = [12, 16, 20, 24];
/// Up to this many bytes, how well something packs says nothing.
const RATIO_COUNTS_FROM: u64 = 1024 * 1024;

/// One file inside. Its name is relative, has no `..` and none of what a path may not have.
pub(crate) struct Entry<'a> {
    pub name: &'a str,
    packed: &'a [u8],
    is_deflated: bool,
    unpacked: u64,
    checksum: u32,
}

/// What the list says of an entry.
struct Listed<'a> {
    name: &'a [u8],
    flags: u16,
    method: u16,
    checksum: u32,
    packed: usize,
    unpacked: u64,
    at: usize,
}

/// Every file inside, in the order of their bytes. Nothing is unpacked yet.
///
/// # Errors
/// [`Refusal::OddlyBuilt`] when it is not built as above, [`Refusal::Locked`] when something is
/// encrypted, [`Refusal::Bomb`] when the list promises more than the limits.
pub(crate) fn entries<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Vec<Entry<'a>>, Refusal> {
    let (list, count) = list_of(bytes).ok_or(Refusal::OddlyBuilt)?;
    if count > limits.entries {
        return Err(Refusal::Bomb);
    }
    let mut listed = read_list(&bytes[list..bytes.len() - END_BYTES], count)?;
    listed.sort_by_key(|entry| entry.at);
    let nexts = listed.iter().skip(1).map(|entry| entry.at).chain([list]).collect::<Vec<_>>();
    if listed.first().is_none_or(|first| first.at != 0) {
        return Err(Refusal::OddlyBuilt);
    }
    let mut names = HashSet::new();
    let mut total = 0_u64;
    let mut all = Vec::with_capacity(listed.len());
    for (entry, next) in listed.iter().zip(nexts) {
        total = total.saturating_add(entry.unpacked);
        if total > limits.unpacked_bytes || is_bomb(entry.packed, entry.unpacked, limits) {
            return Err(Refusal::Bomb);
        }
        let name = std::str::from_utf8(entry.name).map_err(|_| Refusal::OddlyBuilt)?;
        if !is_plain_path(name) || !names.insert(name.to_lowercase()) {
            return Err(Refusal::OddlyBuilt);
        }
        all.push(Entry {
            name,
            packed: packed_bytes(bytes, entry, next).ok_or(Refusal::OddlyBuilt)?,
            is_deflated: entry.method == DEFLATED,
            unpacked: entry.unpacked,
            checksum: entry.checksum,
        });
    }
    Ok(all)
}

impl Entry<'_> {
    /// Whether it is kept as it is.
    pub(crate) fn is_stored(&self) -> bool {
        !self.is_deflated
    }

    /// Unpacks it, handing it to `each` piece by piece.
    ///
    /// # Errors
    /// When it is not as long as the list says, or not what its checksum says.
    pub(crate) fn unpack(&self, mut each: impl FnMut(&[u8])) -> Result<(), Refusal> {
        let mut checksum = Crc::new();
        if self.is_deflated {
            let mut inflater = Inflater::new(false);
            // Never more than what the list promised and the limits let pass.
            let most = self.unpacked.max(self.packed.len() as u64);
            let inflated = inflater.feed(self.packed, most, |piece| {
                checksum.update(piece);
                each(piece);
            });
            match inflated.ended {
                Ended::TooMuch => return Err(Refusal::Bomb),
                Ended::Whole
                    if inflated.took == self.packed.len() as u64
                        && inflated.gave == self.unpacked => {}
                Ended::Whole | Ended::Short | Ended::Broken => return Err(Refusal::OddlyBuilt),
            }
        } else {
            checksum.update(self.packed);
            each(self.packed);
        }
        if checksum.sum() == self.checksum { Ok(()) } else { Err(Refusal::OddlyBuilt) }
    }
}

/// Where the list begins, and of how many entries, when the file ends with the end of one.
fn list_of(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = bytes.len().checked_sub(END_BYTES)?;
    let record = &bytes[end..];
    let (disk, disk_of_list) = (u16_le(record, 4)?, u16_le(record, 6)?);
    let (here, in_all) = (u16_le(record, 8)?, u16_le(record, 10)?);
    let (len, at) = (u32_le(record, 12)? as usize, u32_le(record, 16)? as usize);
    let comment = u16_le(record, 20)?;
    let fits = record.starts_with(END)
        && (disk, disk_of_list, comment) == (0, 0, 0)
        && here == in_all
        && at.checked_add(len)? == end;
    fits.then_some((at, usize::from(in_all)))
}

fn read_list(mut list: &[u8], count: usize) -> Result<Vec<Listed<'_>>, Refusal> {
    let mut all = Vec::with_capacity(count);
    while !list.is_empty() {
        let (entry, len) = read_listed(list).ok_or(Refusal::OddlyBuilt)?;
        if entry.flags & 0x2041 != 0 || entry.method == 99 {
            return Err(Refusal::Locked);
        }
        if entry.method != DEFLATED
            && (entry.method != STORED || entry.packed as u64 != entry.unpacked)
        {
            return Err(Refusal::OddlyBuilt);
        }
        all.push(entry);
        list = &list[len..];
    }
    if all.len() == count { Ok(all) } else { Err(Refusal::OddlyBuilt) }
}

/// The first entry of a list, and how many bytes it takes there.
fn read_listed(list: &[u8]) -> Option<(Listed<'_>, usize)> {
    let name_bytes = usize::from(u16_le(list, 28)?);
    let further = usize::from(u16_le(list, 30)?) + usize::from(u16_le(list, 32)?);
    let len = LISTED_BYTES + name_bytes + further;
    let entry = Listed {
        name: slice(list, LISTED_BYTES, name_bytes)?,
        flags: u16_le(list, 8)?,
        method: u16_le(list, 10)?,
        checksum: u32_le(list, 16)?,
        packed: u32_le(list, 20)? as usize,
        unpacked: u64::from(u32_le(list, 24)?),
        at: u32_le(list, 42)? as usize,
    };
    (list.starts_with(LISTED) && list.len() >= len).then_some((entry, len))
}

/// The packed bytes of an entry, when it begins as the list says and ends where the next begins.
fn packed_bytes<'a>(bytes: &'a [u8], listed: &Listed<'_>, next: usize) -> Option<&'a [u8]> {
    let head = slice(bytes, listed.at, ENTRY_BYTES)?;
    let name_bytes = usize::from(u16_le(head, 26)?);
    let name = slice(bytes, listed.at + ENTRY_BYTES, name_bytes)?;
    let begins = listed.at + ENTRY_BYTES + name_bytes + usize::from(u16_le(head, 28)?);
    let ends = begins.checked_add(listed.packed)?;
    let is_same = head.starts_with(ENTRY)
        && u16_le(head, 6)? == listed.flags
        && u16_le(head, 8)? == listed.method
        && name == listed.name;
    let behind = next.checked_sub(ends)?;
    let is_described = listed.flags & 0x0008 != 0 && DESCRIPTORS.contains(&behind);
    (is_same && (behind == 0 || is_described)).then(|| bytes.get(begins..ends)).flatten()
}

fn is_bomb(packed: usize, unpacked: u64, limits: &Limits) -> bool {
    unpacked > RATIO_COUNTS_FROM && unpacked / limits.ratio.max(1) > packed as u64
}

/// Whether a name leads to a place inside, on every system.
fn is_plain_path(name: &str) -> bool {
    let folder_or_file = name.strip_suffix('/').unwrap_or(name);
    !name.contains(['\\', ':'])
        && !name.chars().any(char::is_control)
        && folder_or_file.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
