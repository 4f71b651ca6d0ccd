//! Exact numbers: fractions of whole numbers of any length.
//!
//! Comes in: digits as they stand in a policy or a data file. Goes out: sums, products, comparisons and decimals, all
//! exact. It never uses a float, and rounds only where it is asked to.
//!
//! Invariant: numerator and denominator have at most [`DIGITS`] digits each; what would be longer is refused.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use dashu_int::{IBig, Sign, UBig};
use dashu_ratio::RBig;

/// The most digits that a numerator or a denominator may have.
pub const DIGITS: usize = 1_000;

static LIMIT: LazyLock<UBig> = LazyLock::new(|| UBig::from(10u8).pow(DIGITS));

/// An exact fraction in lowest terms.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Number(RBig);

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self.small(), other.small()) {
            (Some((one, by)), Some((other, other_by))) => (one * other_by).cmp(&(other * by)),
            _ => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Why digits are no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotANumber {
    /// They are not written as a number is.
    Syntax,
    /// The number is longer than [`DIGITS`] digits.
    TooLong,
}

impl Number {
    /// Zero.
    pub fn zero() -> Number {
        Number(RBig::ZERO)
    }

    /// One.
    pub fn one() -> Number {
        Number(RBig::ONE)
    }

    /// A whole number.
    pub fn from_integer(value: i64) -> Number {
        Number(RBig::from(value))
    }

    /// A fraction; `None` where the denominator is zero.
    pub fn fraction(numerator: i64, denominator: i64) -> Option<Number> {
        Number::from_integer(numerator).divide(&Number::from_integer(denominator))
    }

    /// Reads decimal digits with an optional sign, fraction and exponent (`-12.5`, `1e3`), as JSON writes them.
    ///
    /// # Errors
    /// Other characters, and numbers longer than [`DIGITS`] digits.
    pub fn parse(text: &str) -> Result<Number, NotANumber> {
        match Number::short(text) {
            Some(number) => Ok(number),
            None => Number::long(text),
        }
    }

    /// Reads a number of few digits without an exponent, as most are.
    fn short(text: &str) -> Option<Number> {
        const DIGITS: usize = 15;
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        if whole.is_empty() || decimals.is_empty() || unsigned.len() > DIGITS {
            return None;
        }
        let mut digits = 0_i64;
        for byte in whole.bytes().chain(decimals.bytes()) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            digits = digits * 10 + i64::from(digit);
        }
        let digits = if unsigned.len() < text.len() {
            -digits
        } else {
            digits
        };
        let power = 10_u64.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        Some(Number(RBig::from_parts(digits.into(), power.into())))
    }

    fn long(text: &str) -> Result<Number, NotANumber> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (text.get(..at).unwrap_or(""), text.get(at + 1..).unwrap_or("")),
            None => (text, "0"),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let exponent_digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if !all_digits(whole) || !all_digits(decimals) || !all_digits(exponent_digits) {
            return Err(NotANumber::Syntax);
        }
        let decimals = decimals.trim_end_matches('0');
        let digits = format!("{}{decimals}", whole.trim_start_matches('0'));
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Ok(Number::zero());
        }
        if digits.len() > 2 * DIGITS {
            return Err(NotANumber::TooLong);
        }
        // The exponent is bounded before anything of that size is made.
        let exponent: i64 = exponent.parse().map_err(|_| NotANumber::TooLong)?;
        let scale = exponent - i64::try_from(decimals.len()).map_err(|_| NotANumber::TooLong)?;
        if scale.unsigned_abs() > 3 * DIGITS as u64 {
            return Err(NotANumber::TooLong);
        }
        let power = UBig::from(10u8).pow(usize::try_from(scale.unsigned_abs()).unwrap_or(0));
        let magnitude = UBig::from_str(digits).map_err(|_| NotANumber::Syntax)?;
        let sign = if negative { Sign::Negative } else { Sign::Positive };
        let fraction = if scale >= 0 {
            RBig::from(IBig::from_parts(sign, magnitude * power))
        } else {
            RBig::from_parts(IBig::from_parts(sign, magnitude), power)
        };
        Number::bounded(fraction).ok_or(NotANumber::TooLong)
    }

    /// Numerator and denominator, where both are such that products of two of them have room.
    fn small(&self) -> Option<(i128, i128)> {
        let numerator = i64::try_from(self.0.numerator()).ok()?;
        let denominator = i64::try_from(self.0.denominator()).ok()?;
        Some((i128::from(numerator), i128::from(denominator)))
    }

    fn bounded(value: RBig) -> Option<Number> {
        use dashu_int::ops::{Abs as _, BitTest as _};
        // 10^1000 has 3,322 bits: shorter numbers need no closer look.
        let long = value.numerator().bit_len() > 3_300 || value.denominator().bit_len() > 3_300;
        if long {
            let numerator = UBig::try_from(value.numerator().clone().abs()).unwrap_or_default();
            if numerator >= *LIMIT || *value.denominator() >= *LIMIT {
                return None;
            }
        }
        Some(Number(value))
    }

    /// The sum; `None` where it is too long.
    pub fn add(&self, other: &Number) -> Option<Number> {
        if self.is_integer() && other.is_integer() {
            // Whole numbers, as most are, need no common denominator.
            return Number::bounded(RBig::from(self.0.numerator() + other.0.numerator()));
        }
        Number::bounded(&self.0 + &other.0)
    }

    /// The difference; `None` where it is too long.
    pub fn subtract(&self, other: &Number) -> Option<Number> {
        Number::bounded(&self.0 - &other.0)
    }

    /// The product; `None` where it is too long.
    pub fn multiply(&self, other: &Number) -> Option<Number> {
        Number::bounded(&self.0 * &other.0)
    }

    /// The quotient; `None` where `other` is zero or the quotient is too long.
    pub fn divide(&self, other: &Number) -> Option<Number> {
        if other.is_zero() {
            return None;
        }
        Number::bounded(&self.0 / &other.0)
    }

    /// The number with its sign turned.
    #[must_use]
    pub fn negate(&self) -> Number {
        Number(-self.0.clone())
    }

    /// The number without its sign.
    #[must_use]
    pub fn abs(&self) -> Number {
        if self.is_negative() {
            self.negate()
        } else {
            self.clone()
        }
    }

    /// Whether it is 0.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether it is below 0.
    pub fn is_negative(&self) -> bool {
        self.0 < RBig::ZERO
    }

    /// Whether it is a whole number.
    pub fn is_integer(&self) -> bool {
        self.0.is_int()
    }

    /// The greatest whole number that is not above it.
    #[must_use]
    pub fn floor(&self) -> Number {
        Number(RBig::from(self.0.floor()))
    }

    /// The least whole number that is not below it.
    #[must_use]
    pub fn ceiling(&self) -> Number {
        Number(RBig::from(self.0.ceil()))
    }

    /// Rounded to a number of decimals, halves away from zero. Negative places round before the decimal point.
    #[must_use]
    pub fn round(&self, places: i32) -> Number {
        let power = RBig::from(UBig::from(10u8).pow(places.unsigned_abs() as usize));
        let half = RBig::from_parts(IBig::ONE, UBig::from(2u8));
        let scaled = if places >= 0 {
            &self.0 * &power
        } else {
            &self.0 / &power
        };
        let rounded = if self.is_negative() {
            -RBig::from((half - scaled).floor())
        } else {
            RBig::from((scaled + half).floor())
        };
        Number(if places >= 0 {
            rounded / power
        } else {
            rounded * power
        })
    }

    /// The whole number it is, where it is one that fits.
    pub fn to_i64(&self) -> Option<i64> {
        if self.is_integer() {
            i64::try_from(self.0.numerator().clone()).ok()
        } else {
            None
        }
    }

    /// Numerator and denominator in lowest terms, where both fit; the denominator is above 0.
    pub fn ratio(&self) -> Option<(i128, i128)> {
        let numerator = i128::try_from(self.0.numerator().clone()).ok()?;
        let denominator = i128::try_from(self.0.denominator().clone()).ok()?;
        Some((numerator, denominator))
    }

    /// The fraction of two whole numbers; `None` where the denominator is zero.
    pub fn of_ratio(numerator: i128, denominator: i128) -> Option<Number> {
        let whole = |value: i128| Number(RBig::from(IBig::from(value)));
        whole(numerator).divide(&whole(denominator))
    }

    /// As a fraction in lowest terms: `76/3`, or `8` for a whole number.
    pub fn exact(&self) -> String {
        if self.is_integer() {
            self.0.numerator().to_string()
        } else {
            format!("{}/{}", self.0.numerator(), self.0.denominator())
        }
    }

    /// How many tenths, hundredths, … it is, rounded (halves away from zero), where that fits: `scaled(2)` of 1.25 is 125.
    pub fn scaled(&self, places: u8) -> Option<i128> {
        i128::try_from(self.parts_of(places)).ok()
    }

    fn parts_of(&self, places: u8) -> IBig {
        let rounded = self.round(i32::from(places));
        let power = UBig::from(10u8).pow(usize::from(places));
        (&rounded.0 * RBig::from(power)).numerator().clone()
    }

    /// As a decimal with a point, rounded to at most `places` decimals (halves away from zero), without trailing zeros.
    pub fn decimal(&self, places: u8) -> String {
        if self.is_integer() {
            return self.0.numerator().to_string();
        }
        let scaled = self.parts_of(places).to_string();
        let (sign, digits) = match scaled.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", scaled.as_str()),
        };
        let padded = format!("{digits:0>width$}", width = usize::from(places) + 1);
        let (whole, decimals) = padded.split_at(padded.len() - usize::from(places));
        let decimals = decimals.trim_end_matches('0');
        if decimals.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{decimals}")
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.decimal(6))
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.exact())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_few_digits_are_those_that_are_read_at_length() {
        let texts = [
            "0",
            "-0",
            "7",
            "007.50",
            "0.1",
            "-12.5",
            "1.0",
            "100",
            "123456789012345",
            "1234567890.1234",
            "0.000000000001",
        ];
        for text in texts {
            let short = Number::short(text);
            assert_eq!(short, Number::long(text).ok(), "{text}");
            assert!(short.is_some(), "{text}");
        }
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1e3",
            "+1",
            "1.2.3",
            "--1",
            "1_0",
            "1234567890123456",
            "é",
        ] {
            assert_eq!(Number::short(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_in_order_however_long_they_are() {
        let texts = [
            "-1e40",
            "-9223372036854775808",
            "-9223372036854775807.5",
            "-2",
            "-0.1",
            "0",
            "1e-30",
            "0.1",
            "0.11",
            "1",
            "9223372036854775807",
            "9223372036854775807.25",
            "1e40",
        ];
        let numbers: Vec<Number> = texts.iter().map(|text| Number::parse(text).unwrap()).collect();
        for (index, one) in numbers.iter().enumerate() {
            for (other_index, other) in numbers.iter().enumerate() {
                assert_eq!(one.cmp(other), index.cmp(&other_index), "{one:?} and {other:?}");
            }
        }
    }

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn decimals_are_read_exactly() {
        assert_eq!(number("0.1").add(&number("0.2")).unwrap(), number("0.3"));
        assert_eq!(number("12.50").exact(), "25/2");
        assert_eq!(number("-1.5e2").exact(), "-150");
        assert_eq!(number("1E-3").exact(), "1/1000");
        assert_eq!(number("0.000").exact(), "0");
    }

    #[test]
    fn digits_that_are_no_number_are_refused() {
        for text in ["", "-", "1.", ".5", "1e", "1e+", "NaN", "1_000", "+1", "0x1"] {
            assert_eq!(Number::parse(text), Err(NotANumber::Syntax), "{text}");
        }
    }

    #[test]
    fn a_thousand_digits_pass_and_one_more_does_not() {
        assert!(Number::parse(&"9".repeat(1_000)).is_ok());
        assert_eq!(Number::parse(&"9".repeat(1_001)), Err(NotANumber::TooLong));
        assert_eq!(Number::parse(&"9".repeat(10_000)), Err(NotANumber::TooLong));
        assert!(Number::parse("1e999").is_ok());
        assert_eq!(Number::parse("1e1000"), Err(NotANumber::TooLong));
        assert_eq!(Number::parse("1e-1000"), Err(NotANumber::TooLong));
        assert_eq!(Number::parse("1e999999999999999999999"), Err(NotANumber::TooLong));
        assert_eq!(number("1e600").multiply(&number("1e600")), None);
    }

    #[test]
    fn rounding_takes_halves_away_from_zero() {
        assert_eq!(number("2.5").round(0).exact(), "3");
        assert_eq!(number("-2.5").round(0).exact(), "-3");
        assert_eq!(number("-2.4").round(0).exact(), "-2");
        assert_eq!(number("1250").round(-2).exact(), "1300");
        assert_eq!(number("0.0000005").decimal(6), "0.000001");
    }

    #[test]
    fn decimals_are_shown_without_trailing_zeros() {
        assert_eq!(Number::fraction(76, 3).unwrap().decimal(6), "25.333333");
        assert_eq!(Number::fraction(-1, 3).unwrap().decimal(2), "-0.33");
        assert_eq!(number("8").decimal(6), "8");
        assert_eq!(number("0.50").decimal(6), "0.5");
    }
}
