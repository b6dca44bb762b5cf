//! Quoted-printable, as vCard 2.1 has it (RFC 2045 §6.7).

/// The octets. What is no escape stays as it is.
pub(super) fn decoded(text: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'=', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                let digit = |digit: u8| hex(digit).unwrap_or(0);
                octets.push(digit(*high) << 4 | digit(*low));
                after
            }
            _ => {
                octets.push(*first);
                after
            }
        };
    }
    octets
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}
