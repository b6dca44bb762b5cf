//! Resolves charset labels, and guesses the charset of unlabelled octets.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_2022_JP, KOI8_R, KOI8_U, SHIFT_JIS,
    UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1255,
    WINDOWS_1256,
};
use mail_parser::decoders::charsets::{DecoderFnc, map::charset_decoder};

/// How to decode octets.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Charset {
    /// An encoding of the WHATWG Encoding Standard.
    Known(&'static Encoding),
    /// UTF-16 of unstated byte order.
    Utf16,
    /// ISO-2022-KR (RFC 1557), which encoding_rs does not decode.
    Iso2022Kr,
    /// HZ-GB-2312 (RFC 1843), likewise.
    Hz,
    /// UTF-7 (RFC 2152), likewise.
    Utf7,
    /// Code page 850, which only mail-parser decodes.
    Rare(DecoderFnc),
    /// No useful label: none, US-ASCII, `x-unknown`, `binary`.
    Guess,
}

/// Resolves a label. Case, punctuation, quotes and an `x-` prefix don't matter.
pub(in super::super) fn charset(label: &str) -> Charset {
    let label = label.trim().trim_matches(['"', '\'', ' ']);
    // A language tag may follow (RFC 2231 §5).
    let label = label.split('*').next().unwrap_or_default();
    let plain: String = label
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(48)
        .collect::<String>()
        .to_ascii_lowercase();
    let plain = plain.strip_prefix('x').unwrap_or(&plain);
    match plain {
        "" | "ascii" | "usascii" | "us" | "ansix341968" | "ansix341986" | "iso646us" | "isoir6"
        | "646" | "cp20127" | "csascii" | "unknown" | "unknown8bit" | "8bit" | "7bit"
        | "binary" | "default" | "ansi" | "none" | "userdefined" | "ansix31101983" => {
            return Charset::Guess;
        }
        "utf16" | "ucs2" | "iso10646ucs2" | "unicode" | "csunicode" => return Charset::Utf16,
        "iso2022kr" | "csiso2022kr" | "cp50225" => return Charset::Iso2022Kr,
        "hzgb2312" | "hz" => return Charset::Hz,
        "utf7" | "unicode11utf7" | "unicode20utf7" | "csutf7" | "csunicode11utf7" | "cp65000" => {
            return Charset::Utf7;
        }
        _ => (),
    }
    if let Some(encoding) = encoding(plain) {
        return Charset::Known(encoding);
    }
    if let Some(encoding) = Encoding::for_label_no_replacement(label.as_bytes()) {
        return Charset::Known(encoding);
    }
    charset_decoder(label.as_bytes()).map_or(Charset::Guess, Charset::Rare)
}

/// Resolves a label reduced to its letters and digits.
fn encoding(plain: &str) -> Option<&'static Encoding> {
    let known = match plain {
        "utf16le" | "cp1200" => UTF_16LE,
        "utf16be" | "cp1201" => UTF_16BE,
        "uhc" | "korean" | "euckr" | "cseuckr" | "cseuc" | "isoir149" | "wansung" => EUC_KR,
        "mskanji" | "sjis" | "shiftjis" | "csshiftjis" | "shiftjisms" | "sjiswin" | "ms31j" => {
            SHIFT_JIS
        }
        "windows31j" | "cswindows31j" => SHIFT_JIS,
        "eucjp" | "eucjpms" | "eucjpwin" | "ujis" | "euc" => EUC_JP,
        "jis" | "csiso2022jp" => ISO_2022_JP,
        "gbk" | "chinese" | "euccn" => GBK,
        "big5" | "big5hkscs" | "big5eten" | "cnbig5" | "csbig5" | "xbig5" => BIG5,
        "koi" | "koi8" | "koi8r" => KOI8_R,
        "koi8u" | "koi8ru" => KOI8_U,
        "latin1" | "l1" | "western" | "csisolatin1" => WINDOWS_1252,
        "tis620" | "thai" => WINDOWS_874,
        _ if ["utf8", "unicode11utf8", "unicode20utf8", "csutf8"]
            .iter()
            .any(|start| plain.starts_with(start)) =>
        {
            UTF_8
        }
        _ if plain.starts_with("iso2022jp") => ISO_2022_JP,
        _ if plain.starts_with("ksc") || plain.starts_with("csksc") => EUC_KR,
        _ if plain.starts_with("gb2312") || plain.starts_with("csgb") => GBK,
        _ if plain.starts_with("gb18030") => GB18030,
        _ => return numbered(plain),
    };
    Some(known)
}

/// Resolves the number of a code page or of a part of ISO 8859: `cp949`, `ms949`, `windows-949`,
/// `win1252`, `ibm866`, `8859-15`, `latin9`.
fn numbered(plain: &str) -> Option<&'static Encoding> {
    let digits = plain.find(|c: char| c.is_ascii_digit())?;
    let (kind, number) = plain.split_at(digits);
    match kind {
        "latin" | "l" | "isolatin" | "csisolatin" => {
            let part = match number {
                "5" => "9",
                "6" => "10",
                "7" => "13",
                "8" => "14",
                "9" | "0" => "15",
                "10" => "16",
                part => part,
            };
            return Encoding::for_label_no_replacement(format!("iso-8859-{part}").as_bytes());
        }
        "iso" | "iso885" | "" | "csiso" | "en" if number.starts_with("8859") => {
            let rest = &number["8859".len()..];
            // A year (`iso_8859-1:1987`) or a direction (`8859-8-i`) may follow.
            let part: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let part = match part.len() {
                0..=2 => part,
                5 | 6 => part[..part.len() - 4].to_owned(),
                _ => return None,
            };
            let direction = if rest.ends_with('i') { "-i" } else { "" };
            let label = format!("iso-8859-{part}{direction}");
            return Encoding::for_label_no_replacement(label.as_bytes());
        }
        "cp" | "ms" | "windows" | "win" | "ibm" | "codepage" | "cswindows" | "" | "mscp" => (),
        _ => return None,
    }
    Some(match number {
        "949" | "51949" | "1363" | "970" => EUC_KR,
        "932" | "943" => SHIFT_JIS,
        "51932" => EUC_JP,
        "50220" | "50221" | "50222" => ISO_2022_JP,
        "936" | "1386" => GBK,
        "54936" => GB18030,
        "950" => BIG5,
        "874" => WINDOWS_874,
        "866" => IBM866,
        "819" => WINDOWS_1252,
        "20866" => KOI8_R,
        "21866" => KOI8_U,
        "65001" => UTF_8,
        "1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258" => {
            return Encoding::for_label(format!("windows-{number}").as_bytes());
        }
        _ => {
            // Code pages 28591 to 28605 are the parts of ISO 8859.
            let part = number.parse::<u32>().ok()?.checked_sub(28_590)?;
            return Encoding::for_label_no_replacement(format!("iso-8859-{part}").as_bytes());
        }
    })
}

/// Guesses the encoding of octets that have no label and are not UTF-8.
pub(in super::super) fn guess(octets: &[u8]) -> &'static Encoding {
    if reads_as_korean(octets) {
        return EUC_KR;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(octets, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // Short texts don't distinguish Latin code pages, so assume the most common one. Other
    // scripts are detected reliably.
    let scripts = [
        EUC_KR,
        SHIFT_JIS,
        EUC_JP,
        ISO_2022_JP,
        GBK,
        BIG5,
        WINDOWS_1251,
        KOI8_U,
        WINDOWS_1253,
        WINDOWS_1255,
        WINDOWS_1256,
        WINDOWS_874,
    ];
    if scripts.contains(&guess) {
        guess
    } else {
        WINDOWS_1252
    }
}

/// Whether all non-ASCII characters are Hangul, and most of them in KS X 1001. chardetng mistakes a
/// single Korean syllable for Cyrillic.
fn reads_as_korean(octets: &[u8]) -> bool {
    let Some(text) = EUC_KR.decode_without_bom_handling_and_without_replacement(octets) else {
        return false;
    };
    let foreign = |c: &char| !c.is_ascii();
    let hangul = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c) || ('、'..='〜').contains(&c);
    let count = text.chars().filter(foreign).count();
    let high = octets.iter().filter(|octet| !octet.is_ascii()).count();
    // Syllables outside KS X 1001 often have an ASCII letter as their second octet. So do accented
    // Latin letters before plain ones.
    count > 0 && text.chars().filter(foreign).all(hangul) && high * 4 >= count * 7
}

#[cfg(test)]
mod tests;
