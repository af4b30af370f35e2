//! Floats in PostgreSQL's shortest form.
//!
//! The digits are Ryū's, with two twists of the server's own: plain notation up to 15 digits
//! (6 for `float4`), and never a decimal that lies exactly half way between two floats, which
//! other readers might round the other way (`1e23` prints as `9.999999999999999e+22`).

use super::wire::{Malformed, Wire};

/// A `float4` as JSON.
pub(super) fn write_float4(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let value = wire.f32()?;
    wire.end()?;
    quoted_unless_finite(out, value.is_finite(), |out| float4_text(out, value));
    Ok(())
}

/// A `float8` as JSON.
pub(super) fn write_float8(out: &mut Vec<u8>, raw: &[u8]) -> Result<(), Malformed> {
    let mut wire = Wire::new(raw);
    let value = wire.f64()?;
    wire.end()?;
    quoted_unless_finite(out, value.is_finite(), |out| float8_text(out, value));
    Ok(())
}

fn quoted_unless_finite(out: &mut Vec<u8>, finite: bool, write: impl FnOnce(&mut Vec<u8>)) {
    if finite {
        return write(out);
    }
    out.push(b'"');
    write(out);
    out.push(b'"');
}

fn float4_text(out: &mut Vec<u8>, value: f32) {
    if let Some(word) = special(f64::from(value)) {
        return out.extend_from_slice(word);
    }
    let mut buffer = ryu::Buffer::new();
    let mut decimal = Decimal::parse(buffer.format_finite(value));
    let bits = value.to_bits();
    let biased = (bits >> 23) as u8;
    let fraction = u64::from(bits & 0x7f_ffff);
    let mantissa = if biased == 0 {
        fraction
    } else {
        fraction | 1 << 23
    };
    let exponent = i32::from(biased).max(1) - 150;
    if decimal.is_half_way(mantissa, exponent) {
        decimal = strictly_between(7..=9, &|digits| format!("{value:.digits$e}"), &|decimal| {
            decimal.text().parse() == Ok(value) && !decimal.is_half_way(mantissa, exponent)
        });
    }
    decimal.write(out, 6);
}

/// The value as its output function prints it, also for the coordinates of geometric types.
pub(super) fn float8_text(out: &mut Vec<u8>, value: f64) {
    if let Some(word) = special(value) {
        return out.extend_from_slice(word);
    }
    let mut buffer = ryu::Buffer::new();
    let mut decimal = Decimal::parse(buffer.format_finite(value));
    let bits = value.to_bits();
    let biased = (bits >> 52) as i32 & 0x7ff;
    let fraction = bits & 0xf_ffff_ffff_ffff;
    let mantissa = if biased == 0 {
        fraction
    } else {
        fraction | 1 << 52
    };
    let exponent = biased.max(1) - 1075;
    if decimal.is_half_way(mantissa, exponent) {
        decimal = strictly_between(
            15..=17,
            &|digits| format!("{value:.digits$e}"),
            &|decimal| {
                decimal.text().parse() == Ok(value) && !decimal.is_half_way(mantissa, exponent)
            },
        );
    }
    decimal.write(out, 15);
}

fn special(value: f64) -> Option<&'static [u8]> {
    if value.is_nan() {
        Some(b"NaN")
    } else if value.is_infinite() {
        Some(if value > 0.0 {
            b"Infinity"
        } else {
            b"-Infinity"
        })
    } else {
        None
    }
}

/// The shortest decimal that reads back as the value and is not half way; rare enough to be slow.
fn strictly_between(
    lengths: std::ops::RangeInclusive<usize>,
    format: &dyn Fn(usize) -> String,
    fits: &dyn Fn(&Decimal) -> bool,
) -> Decimal {
    let longest = *lengths.end();
    lengths
        .map(|length| Decimal::parse(&format(length - 1)))
        .find(fits)
        .unwrap_or_else(|| Decimal::parse(&format(longest - 1)))
}

/// `0.d₁d₂d₃… × 10^point`, without leading or trailing zeros.
struct Decimal {
    negative: bool,
    digits: [u8; 17],
    len: usize,
    point: i32,
}

impl Decimal {
    /// From any of the ways a finite float is written: `12.5`, `1e-7`, `1.25e20`.
    fn parse(text: &str) -> Self {
        let mut decimal = Self {
            negative: false,
            digits: [b'0'; 17],
            len: 0,
            point: 0,
        };
        let mut seen_point = false;
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'-' => decimal.negative = true,
                b'.' => seen_point = true,
                b'e' => {
                    let from = text.len() - bytes.len();
                    decimal.point += text[from..].parse().unwrap_or(0);
                    break;
                }
                b'0' if decimal.len == 0 => decimal.point -= i32::from(seen_point),
                digit => {
                    if let Some(place) = decimal.digits.get_mut(decimal.len) {
                        *place = digit;
                        decimal.len += 1;
                    }
                    decimal.point += i32::from(!seen_point);
                }
            }
        }
        while decimal.len > 0 && decimal.digits[decimal.len - 1] == b'0' {
            decimal.len -= 1;
        }
        if decimal.len == 0 {
            decimal.point = 1;
        }
        decimal
    }

    fn digits(&self) -> &[u8] {
        &self.digits[..self.len]
    }

    fn text(&self) -> String {
        let mut out = Vec::new();
        self.write(&mut out, 0);
        String::from_utf8(out).unwrap_or_default()
    }

    /// Whether this is exactly `(mantissa ± ½) × 2^exponent`. Both sides are brought to whole
    /// numbers; where that would not fit, the decimal has too few digits to be half way.
    fn is_half_way(&self, mantissa: u64, exponent: i32) -> bool {
        let mut whole = 0_u128;
        for digit in self.digits() {
            whole = whole * 10 + u128::from(digit - b'0');
        }
        let power = self.point - self.len as i32;
        // whole × 10^power = odd × 2^(exponent - 1), with odd = 2 × mantissa ± 1.
        let twos = exponent - 1 - power;
        let Some(fives) = 5_u128.checked_pow(power.unsigned_abs()) else {
            return false;
        };
        let (mut left, mut right_factor) = (whole, 1_u128);
        if power >= 0 {
            let Some(product) = left.checked_mul(fives) else {
                return false;
            };
            left = product;
        } else {
            right_factor = fives;
        }
        let odd = |sign: i8| (u128::from(mantissa) * 2).checked_add_signed(i128::from(sign));
        [1, -1].into_iter().filter_map(odd).any(|odd| {
            let Some(right) = odd.checked_mul(right_factor) else {
                return false;
            };
            if twos >= 0 {
                shifted_equal(right, twos, left)
            } else {
                shifted_equal(left, -twos, right)
            }
        })
    }

    fn write(&self, out: &mut Vec<u8>, plain_digits: i32) {
        if self.negative {
            out.push(b'-');
        }
        let digits = self.digits();
        let exponent = self.point - 1;
        if digits.is_empty() {
            out.push(b'0');
        } else if (-4..plain_digits).contains(&exponent) {
            write_plain(out, digits, self.point);
        } else {
            out.push(digits[0]);
            if digits.len() > 1 {
                out.push(b'.');
                out.extend_from_slice(&digits[1..]);
            }
            out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
            let exponent = exponent.unsigned_abs();
            if exponent < 10 {
                out.push(b'0');
            }
            out.extend_from_slice(itoa::Buffer::new().format(exponent).as_bytes());
        }
    }
}

fn shifted_equal(number: u128, shift: i32, other: u128) -> bool {
    shift < 128 && other.trailing_zeros() >= shift as u32 && other >> shift == number
}

fn write_plain(out: &mut Vec<u8>, digits: &[u8], point: i32) {
    let Ok(point) = usize::try_from(point) else {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', point.unsigned_abs() as usize));
        return out.extend_from_slice(digits);
    };
    if point == 0 {
        out.extend_from_slice(b"0.");
        out.extend_from_slice(digits);
    } else if let Some((whole, fraction)) = digits.split_at_checked(point) {
        out.extend_from_slice(whole);
        if !fraction.is_empty() {
            out.push(b'.');
            out.extend_from_slice(fraction);
        }
    } else {
        out.extend_from_slice(digits);
        out.extend(std::iter::repeat_n(b'0', point - digits.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64) -> String {
        let mut out = Vec::new();
        float8_text(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_servers_notation() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1e23, "9.999999999999999e+22"),
            (1e22, "1e+22"),
            (1e15, "1e+15"),
            (123_456_789_012_345.0, "123456789012345"),
            (5e-324, "5e-324"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (120.5, "120.5"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(text(value), expected);
        }
    }
}
