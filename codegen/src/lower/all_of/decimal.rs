//! Numbers as they are written, so that a tenth is a tenth.

/// The digits of a number and where its point stands: `digits × 10^exponent`.
struct Decimal {
    digits: u128,
    exponent: i32,
}

/// More digits than that no reader of JSON keeps.
const DIGITS: usize = 15;

/// The least number that is a multiple of both. None where one of them is none, is not positive, or where
/// it has more digits than a reader keeps.
pub(super) fn least_common_multiple(a: &str, b: &str) -> Option<serde_json::Number> {
    let (a, b) = (read(a)?, read(b)?);
    let exponent = a.exponent.min(b.exponent);
    let scaled = |number: &Decimal| {
        let zeros = u32::try_from(number.exponent - exponent).ok()?;
        number.digits.checked_mul(10_u128.checked_pow(zeros)?)
    };
    let (a, b) = (scaled(&a)?, scaled(&b)?);
    let common = (a / greatest_common_divisor(a, b)).checked_mul(b)?;
    write(common, exponent)
}

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

fn read(text: &str) -> Option<Decimal> {
    let text = text.trim().trim_start_matches('+');
    let (number, exponent) = match text.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<i16>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let places = i32::try_from(fraction.len()).ok()?;
    (digits > 0).then_some(Decimal {
        digits,
        exponent: i32::from(exponent) - places,
    })
}

fn write(digits: u128, exponent: i32) -> Option<serde_json::Number> {
    let mut digits = digits.to_string();
    let mut exponent = exponent;
    while exponent < 0 && digits.ends_with('0') {
        digits.pop();
        exponent += 1;
    }
    let zeros = usize::try_from(exponent.unsigned_abs()).ok()?;
    if digits.len().max(zeros) > DIGITS {
        return None;
    }
    if exponent >= 0 {
        digits.extend(std::iter::repeat_n('0', zeros));
        return digits.parse::<u64>().ok().map(Into::into);
    }
    let digits = format!("{digits:0>width$}", width = zeros + 1);
    let (whole, fraction) = digits.split_at(digits.len() - zeros);
    serde_json::from_str(&format!("{whole}.{fraction}")).ok()
}

#[cfg(test)]
mod tests {
    use super::least_common_multiple;

    #[test]
    fn a_tenth_is_a_tenth() {
        for (a, b, common) in [
            ("4", "6", "12"),
            ("0.5", "0.25", "0.5"),
            ("0.1", "0.3", "0.3"),
            ("0.4", "0.06", "1.2"),
            ("1e-2", "1.5E1", "15"),
            ("2.50", "1", "5"),
            ("1e3", "7", "7000"),
            ("0.000001", "0.000002", "0.000002"),
        ] {
            for (a, b) in [(a, b), (b, a)] {
                let found = least_common_multiple(a, b).expect("there is one");
                let found: f64 = found.to_string().parse().expect("it is a number");
                let common: f64 = common.parse().expect("it is a number");
                assert!(
                    (found - common).abs() < f64::EPSILON,
                    "{a} and {b}: {found}"
                );
            }
        }
    }

    #[test]
    fn what_cannot_be_written_is_none() {
        for (a, b) in [
            ("0", "3"),
            ("-1", "3"),
            ("many", "3"),
            ("", "3"),
            ("999999937", "998244353"),
            ("1e400", "3"),
            ("1e32767", "1e-32768"),
            ("340282366920938463463374607431768211455", "2"),
        ] {
            assert_eq!(least_common_multiple(a, b), None, "{a} and {b}");
        }
    }
}
