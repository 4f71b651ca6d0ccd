//! Files that are packed with gzip or zstd.
//!
//! Comes in: the bytes of a file. Goes out: what is packed in them, at once or as it is read, or the bytes themselves. It never takes more memory than
//! [`MOST`] bytes, and no more than [`TIMES`] times the file beyond [`FREE`].
//!
//! Invariant: what comes out is whole: a file that breaks off gives nothing.

use std::borrow::Cow;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};

/// The most bytes that are unpacked: as many as places can name.
const MOST: usize = u32::MAX as usize;
/// How many bytes are unpacked however small the file is.
const FREE: usize = 64 << 20;
/// How many times as large as the file what is unpacked may be beyond that. Tables and JSON pack to a tenth or a
/// fiftieth; what packs to less is made to fill a machine's memory.
const TIMES: usize = 250;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Gzip,
    Zstd,
}

/// The ends of names of packed files.
const ENDS: [(&str, Packing); 3] = [
    (".gz", Packing::Gzip),
    (".zst", Packing::Zstd),
    (".zstd", Packing::Zstd),
];

/// A name without the end that says how it is packed.
pub(super) fn bare(name: &str) -> &str {
    said(name).map_or(name, |(bare, _)| bare)
}

/// Whether a file's name says that it is packed.
pub fn is_packed(path: &str) -> bool {
    said(path).is_some()
}

fn said(name: &str) -> Option<(&str, Packing)> {
    ENDS.iter().find_map(|(end, packing)| {
        let at = name.len().checked_sub(end.len())?;
        let (bare, last) = name.split_at_checked(at)?;
        last.eq_ignore_ascii_case(end).then_some((bare, *packing))
    })
}

fn seen(bytes: &[u8]) -> Option<Packing> {
    match bytes {
        [0x1F, 0x8B, ..] => Some(Packing::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Packing::Zstd),
        _ => None,
    }
}

/// What is in a file, unpacked if it is packed, whatever its name.
///
/// # Errors
/// A sentence that follows the file's name, and the mend.
pub(super) fn unpacked<'b>(path: &str, bytes: &'b [u8]) -> Result<Cow<'b, [u8]>, (String, &'static str)> {
    let packing = match (seen(bytes), said(path)) {
        (Some(packing), _) => packing,
        (None, None) => return Ok(Cow::Borrowed(bytes)),
        (None, Some((_, packing))) => {
            let name = match packing {
                Packing::Gzip => "gzip",
                Packing::Zstd => "zstd",
            };
            let help = "if it is not packed, let its name end as its format says";
            return Err((format!("is not packed with {name}, as its name says"), help));
        }
    };
    let most = most(bytes.len());
    let result = match packing {
        Packing::Gzip => read(flate2::read::MultiGzDecoder::new(bytes), most),
        Packing::Zstd => {
            zstd::stream::read::Decoder::with_buffer(bytes).and_then(|decoder| read(decoder, most))
        }
    };
    match result {
        Ok(Some(content)) => Ok(Cow::Owned(content)),
        Ok(None) if most == MOST => Err(("holds more than 4 GiB".to_owned(), "split it into several files")),
        Ok(None) => Err((
            format!("holds more than {TIMES} times its size, which no data does"),
            "is it what it should be? If so, unpack it first",
        )),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err((
            "breaks off: the end of what is packed in it is missing".to_owned(),
            "if it was cut off on its way, fetch it again",
        )),
        Err(_) => Err((
            "cannot be unpacked: what is packed in it is damaged".to_owned(),
            "fetch it again, or pack it again",
        )),
    }
}

/// What is packed in some bytes, unpacked as it is read, within the same bounds.
///
/// # Errors
/// Bytes that cannot be read, or are not packed. What is wrong with them later is an error of the reader's.
pub(super) fn stream(mut packed: Box<dyn Read + Send>, length: u64) -> io::Result<Box<dyn Read + Send>> {
    let mut start = Vec::new();
    packed.by_ref().take(4).read_to_end(&mut start)?;
    let packing = seen(&start).ok_or_else(|| io::Error::other("not packed"))?;
    let packed = BufReader::new(Cursor::new(start).chain(packed));
    let content: Box<dyn Read + Send> = match packing {
        Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(packed)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(packed)?),
    };
    Ok(Box::new(Bounded {
        content,
        left: most(usize::try_from(length).unwrap_or(usize::MAX)),
    }))
}

/// Gives so many bytes, and fails where there are more.
struct Bounded {
    content: Box<dyn Read + Send>,
    left: usize,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count)
            .ok_or_else(|| io::Error::other("more than data holds"))?;
        Ok(count)
    }
}

/// How many bytes a file of so many may hold unpacked.
pub(super) fn most(packed: usize) -> usize {
    packed.saturating_mul(TIMES).clamp(FREE, MOST)
}

/// All that a reader gives; nothing where that is too much.
fn read(reader: impl Read, most: usize) -> std::io::Result<Option<Vec<u8>>> {
    let mut content = Vec::new();
    let one_more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(one_more).read_to_end(&mut content)?;
    Ok((content.len() <= most).then_some(content))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked_and_the_rest_left_as_it_is() {
        let content = b"id,cost\nA,1\n";
        assert_eq!(unpacked("a.csv", content).unwrap(), content.as_slice());
        assert_eq!(unpacked("a.csv.gz", &gzip(content)).unwrap(), content.as_slice());
        assert_eq!(unpacked("-", &gzip(content)).unwrap(), content.as_slice());
        let twice = [gzip(content), gzip(content)].concat();
        assert_eq!(unpacked("a", &twice).unwrap(), content.repeat(2));
        let zstd = zstd::encode_all(content.as_slice(), 3).unwrap();
        assert_eq!(unpacked("a.csv.ZST", &zstd).unwrap(), content.as_slice());
        assert_eq!(bare("a.csv.zst"), "a.csv");
    }

    #[test]
    fn what_is_damaged_or_too_large_is_refused() {
        let noise: Vec<u8> = (0..5_000_u32)
            .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
            .collect();
        let packed = gzip(&noise);
        for cut in [3, 12, packed.len() / 2, packed.len() - 1] {
            assert!(unpacked("a.gz", &packed[..cut]).is_err(), "{cut}");
        }
        let zstd = zstd::encode_all(noise.as_slice(), 3).unwrap();
        for cut in [5, zstd.len() / 2, zstd.len() - 1] {
            assert!(unpacked("a.zst", &zstd[..cut]).is_err(), "{cut}");
        }
        let mut damaged = packed.clone();
        damaged[packed.len() / 2] ^= 0xFF;
        assert!(unpacked("a.gz", &damaged).is_err());
        assert!(unpacked("a.gz", b"id,cost\n").is_err());
        let bomb = zstd::encode_all(std::io::repeat(0).take(100 << 20), 3).unwrap();
        let (why, _) = unpacked("a.zst", &bomb).unwrap_err();
        assert!(why.contains("250 times"), "{why}");
        let (why, _) = unpacked("a.gz", &gzip(&vec![0; 70 << 20])).unwrap_err();
        assert!(why.contains("250 times"), "{why}");
    }

    #[test]
    fn what_is_read_as_it_is_unpacked_is_what_is_unpacked_at_once() {
        let streamed = |bytes: &[u8]| {
            let length = bytes.len() as u64;
            let mut content = Vec::new();
            let stream = stream(Box::new(Cursor::new(bytes.to_vec())), length);
            stream.and_then(|mut stream| stream.read_to_end(&mut content))?;
            Ok::<_, io::Error>(content)
        };
        let noise: Vec<u8> = (0..90_000_u32)
            .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
            .collect();
        let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 3).unwrap();
        for packed in [gzip(&noise), zstd(&noise), [gzip(&noise), gzip(b"x")].concat()] {
            assert!(streamed(&packed).unwrap() == *unpacked("-", &packed).unwrap());
            for cut in [0, 3, 12, packed.len() / 2, packed.len() - 1] {
                assert!(streamed(&packed[..cut]).is_err(), "{cut}");
            }
            let behind = [packed.as_slice(), b"behind it"].concat();
            assert_eq!(streamed(&behind).is_ok(), unpacked("a.gz", &behind).is_ok());
        }
        assert!(streamed(b"id,cost\n").is_err());
        assert!(streamed(&zstd(&vec![0; 60 << 20])).is_ok());
        for bomb in [zstd(&vec![0; 70 << 20]), gzip(&vec![0; 70 << 20])] {
            assert!(streamed(&bomb).is_err());
        }
    }
}
