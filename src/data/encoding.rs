//! The bytes of a table as text, in the encodings that spreadsheets and old programs write.
//!
//! Comes in: bytes, and the encoding if it was said. Goes out: the text, and where a letter had to be guessed. It never
//! replaces what it cannot read.
//!
//! Invariant: without a mark at the start and without being told, only UTF-8 is read unasked; what is assumed is told.

use encoding_rs::{Encoding as Table, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How the letters of a text are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16; which end comes first is said by the mark at the start, else the low one.
    Utf16,
    /// Windows-1252, with Latin-1 in it.
    Windows1252,
}

/// A text, and how its bytes were read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without a mark at its start.
    pub(super) text: String,
    /// The first letter that depends on the encoding that was assumed.
    pub(super) assumed: Option<usize>,
}

/// Why bytes are no text: a sentence that follows the file's name, and the mend.
pub(super) type NotDecoded = (String, &'static str);

/// Makes text of bytes.
///
/// # Errors
/// Bytes that are none of the encoding, said or assumed.
pub(super) fn decode(bytes: &[u8], said: Option<Encoding>) -> Result<Decoded, NotDecoded> {
    let marked = Table::for_bom(bytes).map(|(table, _)| table);
    let table = match (marked, said) {
        (Some(table), _) => table,
        (None, Some(Encoding::Utf16)) => UTF_16LE,
        (None, Some(Encoding::Windows1252)) => WINDOWS_1252,
        (None, Some(Encoding::Utf8)) => UTF_8,
        (None, None) => return undeclared(bytes),
    };
    let (text, broken) = table.decode_with_bom_removal(bytes);
    if !broken {
        return Ok(Decoded {
            text: text.into_owned(),
            assumed: None,
        });
    }
    if table == UTF_8 {
        let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        return Err((
            format!("is not a text in UTF-8: byte {} is none of it", valid + 1),
            "save the file as UTF-8 text, or say its encoding with `--encoding`",
        ));
    }
    let name = if table == UTF_16LE || table == UTF_16BE {
        "UTF-16"
    } else {
        "Windows-1252"
    };
    Err((format!("is not a text in {name}"), "save the file as UTF-8 text"))
}

/// Text without a mark, of which nothing was said.
fn undeclared(bytes: &[u8]) -> Result<Decoded, NotDecoded> {
    if bytes.contains(&0) {
        return Err((
            "holds no text, or text in UTF-16 without its mark".to_owned(),
            "is it a spreadsheet or an archive? Then its name should end as such files do; for UTF-16, say `--encoding utf-16`",
        ));
    }
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => {
            return Ok(Decoded {
                text: text.to_owned(),
                assumed: None,
            });
        }
        Err(error) => error.valid_up_to(),
    };
    // Five bytes stand for no letter of Windows-1252, so a text with one of them is in another encoding.
    if bytes
        .iter()
        .any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D))
    {
        return Err((
            format!(
                "is neither a text in UTF-8 nor in Windows-1252: byte {} is no UTF-8",
                valid + 1
            ),
            "save the file as UTF-8 text",
        ));
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Ok(Decoded {
        text: text.into_owned(),
        // What stands before it is the same in all of them.
        assumed: bytes.iter().position(|byte| !byte.is_ascii()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], said: Option<Encoding>) -> Result<(String, Option<usize>), NotDecoded> {
        decode(bytes, said).map(|decoded| (decoded.text, decoded.assumed))
    }

    #[test]
    fn marks_are_believed_and_the_rest_is_told() {
        let plain = |text: &str| Ok((text.to_owned(), None));
        assert_eq!(text("Bodø".as_bytes(), None), plain("Bodø"));
        assert_eq!(text("\u{FEFF}Bodø".as_bytes(), None), plain("Bodø"));
        assert_eq!(text(b"\xFF\xFEB\0\xF8\0", None), plain("Bø"));
        assert_eq!(text(b"\xFE\xFF\0B\0\xF8", None), plain("Bø"));
        assert_eq!(text(b"B\0\xF8\0", Some(Encoding::Utf16)), plain("Bø"));
        assert_eq!(text(b"B\xF8", None), Ok(("Bø".to_owned(), Some(1))));
        assert_eq!(text(b"B\xF8", Some(Encoding::Windows1252)), plain("Bø"));
        for (bytes, said) in [
            (&b"B\xF8"[..], Some(Encoding::Utf8)),
            (b"B\0\xF8\0", None),
            (b"\xFF\xFEB\0\xD8\xD8\0", None),
            (b"B\xF8\x81", None),
        ] {
            assert!(decode(bytes, said).is_err(), "{bytes:?}");
        }
    }
}
