//! An address with a name before it, as the fields of addresses have it.

/// The name, quoted (RFC 5322 §3.2.4) where it has characters that mean something in a list of
/// addresses, and the address in angle brackets. The address alone where there is no name.
#[must_use]
pub fn named_address(name: &str, address: &str) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    format!("{} <{address}>", display_name(name))
}

/// A name as it stands before an address.
#[must_use]
pub fn display_name(name: &str) -> String {
    if name == name.trim() && !name.contains(is_special) {
        return name.to_owned();
    }
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push('"');
    for c in name.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// What means something in a list of addresses: the specials of RFC 5322 without the dot, which
/// every reader accepts in a name, and the separators of East Asian input methods.
fn is_special(c: char) -> bool {
    matches!(
        c,
        '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | '@' | '\\' | ',' | '"'
    ) || matches!(c, '，' | '、' | '；' | '､')
}
