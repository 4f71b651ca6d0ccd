//! Several bytes at a time, without a branch for each of them.
//!
//! Comes in: bytes as they stand in a text. Goes out: where the first of a kind stands, and what some digits are worth. It
//! never looks at what stands behind these bytes.
//!
//! The first byte of the text is the lowest of a number; that a byte is of a kind is told by its highest bit (L. Lamport,
//! *Multiple byte processing with full-word instructions*, 1975).
//!
//! Invariant: what is told of the lowest byte that anything is told of is true; of higher ones it may be false.

const EACH: u128 = u128::from_ne_bytes([1; 16]);
const HIGH: u128 = u128::from_ne_bytes([0x80; 16]);

/// The first sixteen bytes of a text that has as many.
#[inline]
pub(super) fn sixteen(text: &[u8]) -> Option<u128> {
    text.first_chunk().map(|bytes| u128::from_le_bytes(*bytes))
}

/// Tells bytes that end the inner of a text in JSON, or are none that may simply stand there.
#[inline]
pub(super) fn no_inner(bytes: u128) -> u128 {
    let same = |byte: u8| {
        let differ = bytes ^ (EACH * u128::from(byte));
        differ.wrapping_sub(EACH) & !differ
    };
    let below = bytes.wrapping_sub(EACH * 0x20) & !bytes;
    (same(b'"') | same(b'\\') | below) & HIGH
}

/// Tells bytes beyond ASCII; of these all are true.
#[inline]
pub(super) fn beyond_ascii(bytes: u128) -> u128 {
    bytes & HIGH
}

/// Tells bytes that are no digits; of these all are true.
#[inline]
pub(super) fn no_digits(bytes: u64) -> u64 {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let apart = bytes ^ (EACH * 0x30);
    (((apart & !HIGH) + EACH * (0x80 - 10)) | apart) & HIGH
}

/// What eight digits are worth, of which the highest byte is the last.
#[inline]
pub(super) fn worth(bytes: u64) -> u64 {
    let digits = bytes & 0x0f0f_0f0f_0f0f_0f0f;
    // By pairs, then by fours, then all.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_told_as_what_it_is() {
        for byte in 0..=u8::MAX {
            for at in 0..16 {
                let mut text = *b"0123456789012345";
                text[at] = byte;
                let told = no_inner(u128::from_le_bytes(text));
                let ends = matches!(byte, b'"' | b'\\' | 0..0x20);
                assert_eq!(told.trailing_zeros() as usize / 8, if ends { at } else { 16 });
                let beyond = beyond_ascii(u128::from_le_bytes(text));
                assert_eq!(
                    beyond.trailing_zeros() as usize / 8,
                    if byte < 0x80 { 16 } else { at }
                );
                if at < 8 {
                    let told = no_digits(u64::from_le_bytes(*text.first_chunk().unwrap()));
                    let is_digit = byte.is_ascii_digit();
                    assert_eq!(told, if is_digit { 0 } else { 0x80 << (8 * at) });
                }
            }
        }
    }

    #[test]
    fn digits_are_worth_what_they_are() {
        for number in (0..100_000_000).step_by(7_919).chain([1, 10, 99_999_999]) {
            let text = format!("{number:08}");
            let digits = u64::from_le_bytes(*text.as_bytes().first_chunk().unwrap());
            assert_eq!(worth(digits), number);
        }
    }
}
