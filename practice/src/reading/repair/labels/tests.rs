//! Tests of charset labels and guesses.

use super::*;

fn means(labels: &[&str], name: &str) {
    for label in labels {
        match charset(label) {
            Charset::Known(encoding) => assert_eq!(encoding.name(), name, "{label}"),
            other => panic!("{label}: {other:?}"),
        }
    }
}

#[test]
fn charset_aliases_are_known() {
    means(
        &[
            "cp949",
            "CP949",
            "ms949",
            "MS949",
            "ks_c_5601-1987",
            "KS_C_5601",
            "uhc",
            "euc-kr",
            "EUC_KR",
            "x-windows-949",
            "windows-949",
            "korean",
            "ksc5601",
            "x-cp949",
            "cseuckr",
            "949",
            "ks-c-5601-1987",
            "\"euc-kr\"",
            "euc-kr*ko",
            "csKSC56011987",
            "x-uhc",
        ],
        "EUC-KR",
    );
    means(
        &[
            "windows-1252",
            "cp1252",
            "x-cp1252",
            "win-1252",
            "latin1",
            "latin-1",
            "l1",
            "iso-8859-1",
            "ISO8859-1",
            "iso_8859-1:1987",
            "8859-1",
            "ibm819",
            "cp819",
            "ISO-8859-1-Windows-3.1-Latin-1",
            "cp28591",
            "iso88591",
        ],
        "windows-1252",
    );
    means(
        &[
            "latin-9",
            "latin9",
            "l9",
            "iso-8859-15",
            "iso8859_15",
            "csisolatin9",
            "latin-0",
        ],
        "ISO-8859-15",
    );
    means(
        &[
            "x-sjis",
            "cp932",
            "ms_kanji",
            "shift-jis",
            "shift_jis",
            "sjis",
            "windows-31j",
            "MS932",
        ],
        "Shift_JIS",
    );
    means(
        &[
            "gb2312",
            "GBK",
            "x-gbk",
            "cp936",
            "gb_2312-80",
            "csGB2312",
            "ms936",
        ],
        "GBK",
    );
    means(&["gb18030", "GB-18030"], "gb18030");
    means(
        &["big5", "big5-hkscs", "x-x-big5", "cp950", "cn-big5"],
        "Big5",
    );
    means(
        &["iso-8859-8-i", "iso8859-8-i", "csISO88598I"],
        "ISO-8859-8-I",
    );
    means(
        &[
            "utf8",
            "UTF-8",
            "utf_8",
            "unicode-1-1-utf-8",
            "x-utf-8",
            "cp65001",
            "utf8mb4",
        ],
        "UTF-8",
    );
    means(&["iso-8859-2", "latin2", "iso8859-2"], "ISO-8859-2");
    means(&["iso-8859-9", "latin5", "windows-1254"], "windows-1254");
    means(
        &["iso-2022-jp", "iso-2022-jp-ms", "csISO2022JP", "cp50220"],
        "ISO-2022-JP",
    );
    means(&["euc-jp", "x-euc-jp", "eucJP-ms", "ujis"], "EUC-JP");
    means(&["koi8-r", "cp20866"], "KOI8-R");
    means(&["tis-620", "windows-874", "iso-8859-11"], "windows-874");
    for label in ["utf-7", "UTF7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7"] {
        assert!(matches!(charset(label), Charset::Utf7), "{label}");
    }
    for label in ["cp850", "ibm850"] {
        assert!(matches!(charset(label), Charset::Rare(_)), "{label}");
    }
    assert!(matches!(charset("ISO-2022-KR"), Charset::Iso2022Kr));
    for label in [
        "",
        "us-ascii",
        "ASCII",
        "ansi_x3.110-1983",
        "iso-8859-123",
        "iso-8859-1234567",
        "iso-8859-12",
        "cp4294967296",
        "latin",
        "latin99",
        "x-unknown",
        "rot13",
        "?",
    ] {
        assert!(matches!(charset(label), Charset::Guess), "{label}");
    }
}

#[test]
fn charsets_of_unlabelled_octets_are_guessed() {
    for (octets, name) in [
        (&b"caf\xe9"[..], "windows-1252"),
        (b"Gr\xfc\xdfe aus \xc4gypten", "windows-1252"),
        (b"\xc4hnlich", "windows-1252"),
        (b"na\xefve \x93quoted\x94", "windows-1252"),
        (b"\xb9\xda", "EUC-KR"),
        (b"\xb9\xda\xb9\xce\xbe\xc6 <mina@example.org>", "EUC-KR"),
        (
            b"\xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4, \x8cc\xb9\xe6\xb0\xa2\xc7\xcf",
            "EUC-KR",
        ),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251"),
        (b"\x83n\x83\x8d\x81[\x81E\x83\x8f", "Shift_JIS"),
    ] {
        assert_eq!(guess(octets).name(), name, "{octets:?}");
    }
}
