//! Which column of a table is what, by its heading: those of Google, Outlook, Thunderbird, Naver
//! and Daum, in English and Korean.

/// What a column has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// An address, or several.
    Address,
    /// The whole name.
    Name,
    /// The given name.
    Given,
    /// The middle name.
    Middle,
    /// The family name.
    Family,
    /// A name for want of another.
    Other,
}

const NAMES: [&str; 9] = [
    "name",
    "full name",
    "display name",
    "표시 이름",
    "표시이름",
    "성명",
    "전체 이름",
    "이름(표시)",
    "대화명",
];
const GIVEN: [&str; 3] = ["first name", "given name", "firstname"];
const MIDDLE: [&str; 4] = ["middle name", "additional name", "중간 이름", "가운데 이름"];
const FAMILY: [&str; 5] = ["last name", "family name", "surname", "lastname", "성"];
const OTHER: [&str; 8] = [
    "nickname",
    "별명",
    "애칭",
    "organization",
    "organization name",
    "company",
    "회사",
    "조직",
];

/// Words in a heading of addresses.
const ADDRESS: [&str; 7] = [
    "e-mail",
    "email",
    "mail address",
    "전자 메일",
    "전자메일",
    "이메일",
    "메일 주소",
];

/// Words in a heading beside such a one.
const BESIDE: [&str; 9] = [
    "type",
    "label",
    "display",
    "format",
    "유형",
    "레이블",
    "라벨",
    "표시",
    "형식",
];

/// The columns of a table with these headings. None: they are no headings.
pub(super) fn columns(headings: &[String]) -> Option<Vec<Option<Column>>> {
    let headings: Vec<String> = headings
        .iter()
        .map(|one| one.trim().to_lowercase())
        .collect();
    let has_family = headings.iter().any(|one| FAMILY.contains(&one.as_str()));
    let column = |heading: &String| {
        let heading = heading.as_str();
        let any = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        if heading.contains('@') {
            None
        } else if (any(&ADDRESS) || heading == "메일") && !any(&BESIDE) {
            Some(Column::Address)
        } else if NAMES.contains(&heading) {
            Some(Column::Name)
        } else if heading == "이름" {
            // The given name only where there is a column for the other.
            Some(if has_family {
                Column::Given
            } else {
                Column::Name
            })
        } else if GIVEN.contains(&heading) {
            Some(Column::Given)
        } else if MIDDLE.contains(&heading) {
            Some(Column::Middle)
        } else if FAMILY.contains(&heading) {
            Some(Column::Family)
        } else if OTHER.contains(&heading) {
            Some(Column::Other)
        } else {
            None
        }
    };
    let columns: Vec<Option<Column>> = headings.iter().map(column).collect();
    columns.contains(&Some(Column::Address)).then_some(columns)
}
