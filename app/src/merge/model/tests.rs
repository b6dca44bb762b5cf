use smtp::{Code, Failure, Fate, Outcome, RecipientResult, Reply, Stage};

use super::*;
use crate::submission::{Delivered, Ending};

fn table() -> Table {
    let text = "Name;E-Mail;Seat;File\n\"Kim; Mina\";mina@x.org;4;a.pdf\n준;joon@x.org;;b.pdf\n\
                Bad;joon;5;\nAgain;MINA@x.org;6;a.pdf\n";
    read(text).expect("a table")
}

fn read(text: &str) -> Result<Table, BadTable> {
    Table::read("guests.csv", text, |place| format!("Column {place}"))
}

fn plan() -> Plan {
    let mut plan = Plan {
        draft: Draft {
            from: "me@x.org".into(),
            subject: "Seat {seat}".into(),
            body: "Dear {name},\nyour seat is {Seat}.".into(),
            ..Draft::default()
        },
        table: table(),
        given: vec![Attachment {
            file: "key".into(),
            name: "A.PDF".into(),
            ..Attachment::default()
        }],
        ..Plan::default()
    };
    plan.guess();
    plan
}

/// The fields that are sent as they are written.
fn every() -> BTreeSet<String> {
    BTreeSet::from(["{Row}".to_owned()])
}

fn none() -> BTreeSet<String> {
    BTreeSet::new()
}

fn sorted(mut fields: Vec<NoColumn>) -> Vec<NoColumn> {
    fields.sort_by(|one, other| one.field.cmp(&other.field));
    fields
}

fn reply(code: u16) -> Reply {
    Reply::new(Code::new(code).expect("a code"), vec!["no".into()])
}

#[test]
fn tables_of_spreadsheets_are_read() {
    let table = table();
    assert_eq!(table.columns, ["Name", "E-Mail", "Seat", "File"]);
    assert_eq!(table.rows.len(), 4);
    assert_eq!(table.cell(0, 0), "Kim; Mina");
    assert_eq!(table.cell(2, 3), "");
    assert_eq!(table.column("e-mail"), Some(1));
    assert_eq!(read("a,b\n"), Err(BadTable::NoRows));
    assert_eq!(read(""), Err(BadTable::NoRows));
    let many = "a\n".repeat(MOST_ROWS + 2);
    assert_eq!(read(&many), Err(BadTable::TooManyRows));
    let wide = format!("a\n{}b\n", ",".repeat(MOST_COLUMNS));
    assert_eq!(read(&wide), Err(BadTable::TooManyColumns));
    let rest = table.as_file([1, 2].into_iter());
    assert_eq!(
        rest,
        "\u{feff}Name,E-Mail,Seat,File\r\n준,joon@x.org,,b.pdf\r\nBad,joon,5,\r\n"
    );
}

#[test]
fn columns_are_told_apart_by_their_place() {
    let text = "Email,,NAME,name,email,\"Seat\n no\",{x},,\n\
                old,1,A,B,new@x.org,4,5,,\nold,2,C,D,b@x.org,5,6,,,more\n";
    let table = read(text).expect("a table");
    let names = [
        "Email",
        "Column 2",
        "NAME",
        "name",
        "email",
        "Seat no",
        "(x)",
        "Column 8",
        "Column 9",
        "Column 10",
    ];
    assert_eq!(table.columns, names);
    assert_eq!(table.cell(1, 9), "more");
    let same = |name: &str, many| SameName {
        name: name.to_owned(),
        many,
    };
    assert_eq!(table.same_names(), [same("Email", 2), same("NAME", 2)]);
    let shared = (0..10).filter(|column| table.shares_name(*column));
    assert_eq!(shared.collect::<Vec<_>>(), [0, 2, 3, 4]);
    assert_eq!(table.column("seat  no"), Some(5));
    let mut plan = Plan {
        draft: Draft {
            from: "me@x.org".into(),
            body: "{Column 2} {name} {(x)} {seat no} {column 10}".into(),
            ..Draft::default()
        },
        table,
        ..Plan::default()
    };
    plan.guess();
    // The one in which there are addresses.
    assert_eq!(plan.to, Some(4));
    plan.name = Some(3);
    assert_eq!(plan.message(0).to, ["B <new@x.org>"]);
    assert_eq!(plan.recipients(1), ["D <b@x.org>"]);
    assert_eq!(plan.message(1).body, "2 C 6 5 more");
    assert_eq!(plan.check().unknown, []);
    assert_eq!(plan.check().faults, [(0, vec![Fault::Empty(9)])]);
    // A name that is taken, and one that is long.
    let long = "long ".repeat(50);
    let table = read(&format!(",column 1,{long}\nx,y,z\n")).expect("a table");
    assert_eq!(table.columns[..2], ["Column 1 (2)", "column 1"]);
    assert_eq!(table.column(&long), Some(2));
    plan.draft.body = format!("{{{}}}", long.trim());
    plan.table = table;
    assert_eq!(plan.message(0).body, "z");
    // Separators at the ends of lines make no columns.
    assert_eq!(read("a,b,,\n1,2,,\n").expect("a table").columns, ["a", "b"]);
}

#[test]
fn only_what_is_needed_is_filled_for_a_row() {
    let mut plan = plan();
    plan.draft.attachments.push(Attachment::default());
    let head = plan.head(0);
    assert_eq!(head.subject, "Seat 4");
    assert_eq!(head.to, plan.recipients(0));
    assert_eq!((head.body.as_str(), head.attachments.len()), ("", 0));
}

#[test]
fn columns_are_found_by_their_headings_and_by_what_is_in_them() {
    let plan = plan();
    assert_eq!((plan.to, plan.name, plan.attach), (Some(1), Some(0), None));
    let read = |text| read(text).expect("a table");
    assert_eq!(guess::addresses(&read("이름,연락처\nA,a@x.org\n")), Some(1));
    assert_eq!(guess::addresses(&read("email,b\n1,a@x.org\n")), Some(1));
    assert_eq!(guess::addresses(&read("a,b\n1,2\n")), None);
}

#[test]
fn each_row_makes_a_message_of_its_own() {
    let mut plan = plan();
    plan.attach = plan.table.column("file");
    let draft = plan.message(0);
    assert_eq!(draft.to, ["\"Kim; Mina\" <mina@x.org>"]);
    assert_eq!(draft.subject, "Seat 4");
    assert_eq!(draft.body, "Dear Kim; Mina,\nyour seat is 4.");
    assert_eq!(draft.attachments, plan.given);
    // A message that says itself who it is for.
    plan.draft.to = vec!["{e-mail}".into()];
    plan.guess();
    assert_eq!(plan.to, None);
    assert_eq!(plan.message(1).to, ["joon@x.org"]);
}

#[test]
fn what_is_wrong_with_rows_is_found_before_anything_is_sent() {
    let mut plan = plan();
    plan.attach = plan.table.column("file");
    let checked = plan.check();
    let rows: Vec<usize> = checked.faults.iter().map(|(row, _)| *row).collect();
    assert_eq!(rows, [1, 2]);
    assert_eq!(
        checked.faults[0].1,
        [Fault::NoFile("b.pdf".into()), Fault::Empty(2)]
    );
    assert!(matches!(checked.faults[1].1[..], [Fault::Problem(_)]));
    let again = Repeat {
        row: 3,
        first: 0,
        address: "mina@x.org".into(),
    };
    assert_eq!(checked.repeats, [again]);
    assert!(!checked.is_fine(&every()));

    plan.left_out.extend([1, 2]);
    let checked = plan.check();
    assert!(checked.is_fine(&none()));
    assert_eq!(checked.many, 2);

    plan.draft.body.push_str(" {Row}");
    let checked = plan.check();
    let no_column = |field: &str, near: Option<&str>| NoColumn {
        field: field.to_owned(),
        near: near.map(str::to_owned),
    };
    assert_eq!(checked.unknown, [no_column("{Row}", None)]);
    assert!(!checked.is_fine(&none()) && checked.is_fine(&every()));
    // What was agreed to does not hold for another.
    plan.draft.subject = "{e-mal} {Row}".into();
    let checked = plan.check();
    let unknown = [
        no_column("{Row}", None),
        no_column("{e-mal}", Some("E-Mail")),
    ];
    assert_eq!(sorted(checked.unknown.clone()), unknown);
    assert!(!checked.is_fine(&every()));
    plan.draft.subject = "{{}e-mal} {Row}".into();
    assert!(plan.check().is_fine(&every()));
    plan.left_out.extend([0, 3]);
    assert!(!plan.check().is_fine(&every()), "nobody is left");
}

#[test]
fn what_follows_from_each_ending() {
    let results = |fate: Fate| {
        vec![RecipientResult {
            address: "a@x.org".into(),
            fate,
        }]
    };
    let refused = |at, code, fate| {
        Ending::Outcome(Outcome::Refused {
            at,
            reply: reply(code),
            recipients: results(fate),
        })
    };
    let this = |code| Fate::Refused { reply: reply(code) };
    let failed = Ending::Outcome(Outcome::Failed {
        at: Stage::Envelope,
        cause: Failure::ConnectionLost,
        recipients: Vec::new(),
    });
    let unknown = Ending::Outcome(Outcome::Unknown {
        cause: Failure::ConnectionLost,
        recipients: Vec::new(),
    });
    let accepted = Ending::Outcome(Outcome::Accepted {
        reply: reply(250),
        recipients: results(Fate::Accepted { reply: reply(250) }),
    });
    let partly = Ending::Outcome(Outcome::Accepted {
        reply: reply(250),
        recipients: results(this(550)),
    });
    let lost = |delivered| Ending::BridgeLost { delivered };
    let halt = Verdict::Halt;
    let (envelope, message) = (Stage::Envelope, Stage::Message);
    let (wait, maybe) = (RowState::Waiting, RowState::Unknown);
    let no = || "550 no".to_owned();
    let temporary = |code: &str| Halt::Temporary(format!("{code} no"));
    let check = |ending: &Ending, reused, expect: Verdict| {
        assert_eq!(verdict(ending, reused), expect, "{ending:?} {reused}");
    };
    check(&accepted, true, Verdict::Done(RowState::Accepted));
    check(&partly, true, Verdict::Done(RowState::Partly(no())));
    let row_refused = Verdict::Done(RowState::Refused(no()));
    check(
        &refused(envelope, 550, this(550)),
        true,
        row_refused.clone(),
    );
    check(&refused(message, 550, Fate::NotTried), true, row_refused);
    // The sender, the password: it would be the same for all.
    let all = || halt(wait.clone(), Halt::Refused(no()));
    check(&refused(envelope, 550, this(503)), true, all());
    check(&refused(Stage::SignIn, 550, Fate::NotTried), true, all());
    let later = || halt(wait.clone(), temporary("451"));
    check(&refused(envelope, 451, this(451)), true, later());
    check(&refused(message, 451, Fate::NotTried), false, later());
    // The server closes a connection after so many messages.
    check(
        &refused(envelope, 421, Fate::NotTried),
        true,
        Verdict::Again,
    );
    let closed = halt(wait.clone(), temporary("421"));
    check(&refused(envelope, 421, Fate::NotTried), false, closed);
    check(&failed, true, Verdict::Again);
    check(&failed, false, halt(wait.clone(), Halt::Lost));
    check(&unknown, true, halt(maybe.clone(), Halt::Unknown));
    check(
        &lost(Delivered::No),
        true,
        halt(wait.clone(), Halt::BridgeLost),
    );
    check(
        &lost(Delivered::Unknown),
        true,
        halt(maybe.clone(), Halt::Unknown),
    );
    let done = halt(RowState::Accepted, Halt::BridgeLost);
    check(&lost(Delivered::Yes), true, done);
}

#[test]
fn no_row_is_sent_twice() {
    let mut run = Run::default();
    let rows = || [0, 2, 3].into_iter();
    assert_eq!(run.next(rows()), Some(0));
    run.set(0, RowState::Accepted);
    run.set(2, RowState::Sending);
    assert_eq!(run.next(rows()), Some(3));
    run.set(3, RowState::Refused("550".into()));
    assert_eq!(run.next(rows()), None);
    // The page that was sending is gone.
    assert_eq!(run.interrupt(), [2]);
    assert_eq!(run.next(rows()), None);
    let counts = run.counts(rows());
    assert_eq!((counts.all, counts.over), (3, 3));
    assert_eq!((counts.accepted, counts.refused, counts.unknown), (1, 1, 1));
}
