use super::*;

/// As the browser's `TextDecoder` with `fatal` does.
fn decode(octets: &[u8], label: &str) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(octets)?;
    Some(text.into_owned())
}

fn found(file: &[u8]) -> (Vec<String>, Vec<(usize, String, Reason)>) {
    let import = read(file, &decode);
    assert!(import.contacts.iter().all(|contact| contact.imported));
    let contacts = import.contacts.iter();
    let contacts = contacts.map(|contact| format!("{} <{}>", contact.name(), contact.address));
    let rejected = import.rejected.into_iter();
    (
        contacts.collect(),
        rejected.map(|one| (one.line, one.text, one.why)).collect(),
    )
}

#[track_caller]
fn check(file: impl AsRef<[u8]>, expect: &[&str], rejected: &[(usize, &str, Reason)]) {
    let (contacts, not) = found(file.as_ref());
    assert_eq!(contacts, expect);
    let not: Vec<(usize, &str, Reason)> = not
        .iter()
        .map(|(line, text, why)| (*line, text.as_str(), *why))
        .collect();
    assert_eq!(not, rejected);
}

const NO_AT: Reason = Reason::Address(AddressError::NoAt);

#[test]
fn cards_of_version_3_as_google_and_apple_write_them() {
    check(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:김민호\r\nN:김;민호;;;\r\n\
         EMAIL;TYPE=INTERNET;TYPE=WORK:minho@example.org\r\n\
         item1.EMAIL;TYPE=INTERNET:minho@예시.한국\r\nitem1.X-ABLabel:집\r\n\
         PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMD\r\n \
         AwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsL\r\n\
         END:VCARD\r\n\
         BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ito;Tessa;M.;Dr.;\r\nORG:Example\\, Inc.;R&D\r\n\
         EMAIL:tessa@exam\r\n ple.jp\r\nNOTE:colon: and semicolon;\r\nEND:VCARD\r\n\
         BEGIN:VCARD\r\nVERSION:3.0\r\nN:;;;;\r\nORG:Example\\, Inc.;R&D\r\n\
         EMAIL:info@example.jp\r\nEND:VCARD\r\n",
        &[
            "김민호 <minho@example.org>",
            "김민호 <minho@예시.한국>",
            "Tessa M. Ito <tessa@example.jp>",
            "Example, Inc., R&D <info@example.jp>",
        ],
        &[],
    );
}

#[test]
fn cards_of_version_2_1_as_telephones_write_them() {
    // 김민호 in quoted-printable of UTF-8, folded by `=`.
    check(
        "BEGIN:VCARD\r\nVERSION:2.1\r\n\
         N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=EA=B9=80=EB=AF=BC=\r\n=ED=98=B8;;;\r\n\
         FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80=EB=AF=BC=\r\n=ED=98=B8\r\n\
         TEL;CELL:010-1234-5678\r\nEMAIL;HOME:minho@example.org\r\nEND:VCARD\r\n",
        &["김민호 <minho@example.org>"],
        &[],
    );
    // The same in EUC-KR, once as octets and once in quoted-printable.
    let mut file = b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=EUC-KR:".to_vec();
    file.extend(b"\xb1\xe8\xb9\xce\xc8\xa3\r\nEMAIL;INTERNET:a@x.org\r\nEND:VCARD\r\n");
    file.extend(b"begin:vcard\nversion:2.1\nfn;quoted-printable;charset=ks_c_5601-1987:");
    file.extend(b"=B1=E8=B9=CE=C8=A3\nemail;pref:b@x.org\nend:vcard\n");
    // Without a charset.
    file.extend(b"BEGIN:VCARD\nVERSION:2.1\nFN:\xb1\xe8\xb9\xce\xc8\xa3\nEMAIL:c@x.org\n");
    file.extend(b"END:VCARD\n");
    let names = ["김민호 <a@x.org>", "김민호 <b@x.org>", "김민호 <c@x.org>"];
    check(file, &names, &[]);
}

#[test]
fn cards_of_version_4_and_groups() {
    check(
        "BEGIN:VCARD\nVERSION:4.0\nKIND:individual\nFN;LANGUAGE=ko:박\\,민아\n\
         EMAIL;TYPE=\"work,x:y\";PREF=1:mina@example.org\nUID:urn:uuid:1\nEND:VCARD\n\
         BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Team\nMEMBER:urn:uuid:1\n\
         MEMBER:mailto:joon@example.net\nEND:VCARD\n\
         BEGIN:VCARD\nVERSION:3.0\nFN:Apple\nX-ADDRESSBOOKSERVER-KIND:group\n\
         X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\nEND:VCARD\n",
        &["박,민아 <mina@example.org>", " <joon@example.net>"],
        &[],
    );
}

#[test]
fn what_is_no_address_is_reported_with_its_line() {
    check(
        "BEGIN:VCARD\nFN:Minho\nEMAIL:minho\nEMAIL:minho@example.org\nEND:VCARD\n\n\
         BEGIN:VCARD\nFN:Joon\nTEL:1\nEND:VCARD\n\
         BEGIN:VCARD\nFN:Cut\nEMAIL:cut@example.org\n",
        &["Minho <minho@example.org>", "Cut <cut@example.org>"],
        &[
            (3, "minho", NO_AT),
            (7, "Joon", Reason::NoAddress),
            (11, "Cut", Reason::Cut),
        ],
    );
}

#[test]
fn tables_of_google() {
    check(
        "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,\
         E-mail 2 - Type,E-mail 2 - Value\n\
         Minho Kim,Minho,Kim,* myContacts,* Work,minho@example.org ::: m@example.net,,\n\
         Joon,,,,Other,joon@example.org,Home,joon@home.example\n",
        &[
            "Minho Kim <minho@example.org>",
            "Minho Kim <m@example.net>",
            "Joon <joon@example.org>",
            "Joon <joon@home.example>",
        ],
        &[],
    );
    check(
        "First Name,Middle Name,Last Name,Nickname,Organization Name,Labels,E-mail 1 - Label,\
         E-mail 1 - Value\r\n민호,,김,,,* myContacts,,minho@example.org\r\n\
         ,,,,\"Example, Inc.\",,,info@example.org\r\n",
        &[
            "김민호 <minho@example.org>",
            "Example, Inc. <info@example.org>",
        ],
        &[],
    );
}

#[test]
fn tables_of_outlook_in_english_and_korean() {
    check(
        "\u{feff}\"Title\",\"First Name\",\"Middle Name\",\"Last Name\",\"E-mail Address\",\
         \"E-mail Type\",\"E-mail Display Name\",\"Notes\"\r\n\
         \"\",\"Tessa\",\"\",\"Ito\",\"tessa@example.jp\",\"SMTP\",\"Tessa (t@x.org)\",\
         \"two\r\nlines, \"\"quoted\"\"\"\r\n\
         \"\",\"No\",\"\",\"One\",\"\",\"\",\"\",\"\"\r\n\
         \"\",\"X\",\"\",\"\",\"/o=Exchange/cn=x\",\"EX\",\"\",\"\"\r\n",
        &["Tessa Ito <tessa@example.jp>"],
        &[
            (4, "No One", Reason::NoAddress),
            (5, "/o=Exchange/cn=x", NO_AT),
        ],
    );
    let korean = "성;이름;회사;전자 메일 주소;전자 메일 유형;전자 메일 표시 이름;전자 메일 2 주소\r\n\
                  김;민호;예시;minho@example.org;SMTP;김민호(minho@example.org);m@예시.한국\r\n";
    let names = ["김민호 <minho@example.org>", "김민호 <m@예시.한국>"];
    check(korean, &names, &[]);
    let (octets, _, _) = encoding_rs::EUC_KR.encode(korean);
    check(octets, &names, &[]);
    let utf16 = |big: bool, mark: bool| -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        let units = mark.into_iter().chain(korean.encode_utf16());
        let octets = units.flat_map(|one| {
            if big {
                one.to_be_bytes()
            } else {
                one.to_le_bytes()
            }
        });
        octets.collect()
    };
    check(utf16(false, true), &names, &[]);
    check(utf16(true, true), &names, &[]);
}

#[test]
fn tables_of_thunderbird_and_naver() {
    check(
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name\n\
         Mina,Park,Mina Park,,mina@example.org,mp@example.net,\n",
        &["Mina Park <mina@example.org>", "Mina Park <mp@example.net>"],
        &[],
    );
    check(
        "이름\t이메일\t휴대폰\n박민아\tmina@naver.example\t010-0000-0000\n",
        &["박민아 <mina@naver.example>"],
        &[],
    );
}

#[test]
fn tables_without_headings() {
    check(
        "sep=;\n1;Minho;minho@example.org\n\n\"Park, Mina\";mina@example.org;x\nnobody\n",
        &["Minho <minho@example.org>", "Park, Mina <mina@example.org>"],
        &[(5, "nobody", Reason::NoAddress)],
    );
    check(
        "minho@example.org\rMina <mina@example.org>\r",
        &[" <minho@example.org>", "Mina <mina@example.org>"],
        &[],
    );
    check("", &[], &[]);
    check([0xff, 0xfe], &[], &[]);
}

#[test]
fn no_file_is_too_odd() {
    for unit in [
        "\"",
        ",",
        "BEGIN:VCARD\n",
        "=\n",
        "\\",
        ";",
        "\r",
        "a@",
        ":::",
    ] {
        let cards = format!("BEGIN:VCARD\nFN;QUOTED-PRINTABLE:{}", unit.repeat(20_000));
        for file in [unit.repeat(20_000), cards] {
            let import = read(file.as_bytes(), &decode);
            assert!(import.contacts.is_empty(), "{unit:?}");
        }
    }
}
