use proptest::prelude::*;

use super::*;

/// The octets of a file: others at every place of a slice.
fn octets(file: &StoredFile, range: &Range<u64>) -> Vec<u8> {
    let salt = file.id.len() as u64;
    range
        .clone()
        .map(|at| (at * 31 + at / 251 + salt).to_le_bytes()[0])
        .collect()
}

fn file(id: &str, size: u64) -> StoredFile {
    StoredFile {
        id: id.into(),
        name: id.into(),
        size,
    }
}

/// The message as it should arrive.
fn whole(segments: &[Segment]) -> Vec<u8> {
    let mut message = Vec::new();
    for segment in segments {
        match segment {
            Segment::Octets(octets) => message.extend_from_slice(octets),
            Segment::Base64(file) => {
                base64_lines(&octets(file, &(0..file.size)), &mut message);
            }
            Segment::AsIs(file) => message.extend(octets(file, &(0..file.size))),
        }
    }
    message
}

/// Takes every frame that there is credit for, reading at once. The sizes of the frames.
fn take(outgoing: &mut Outgoing, arrived: &mut Vec<u8>) -> Vec<usize> {
    let mut frames = Vec::new();
    while let Some(next) = outgoing.next() {
        match next {
            Next::Frame(frame) => {
                assert_eq!(frame[..4], outgoing.id().to_be_bytes());
                assert!(frame.len() <= wire::BINARY_FRAME);
                arrived.extend_from_slice(&frame[4..]);
                frames.push(frame.len() - 4);
            }
            Next::Read(file, range) => {
                let slice = octets(&file, &range);
                assert_eq!(outgoing.push(&slice), Ok(()));
            }
        }
        assert!(outgoing.ready.len() < 2_000_000, "too much in memory");
    }
    frames
}

#[test]
fn credit_alone_moves_a_message() {
    let text: Vec<u8> = (0..600_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let mut outgoing = Outgoing::new(7, vec![Segment::Octets(text.clone())]);
    let mut arrived = Vec::new();
    assert!(take(&mut outgoing, &mut arrived).is_empty());
    // Of another send, and later than it.
    for id in [6, 8] {
        outgoing.credit(id, 1_000_000);
    }
    assert!(take(&mut outgoing, &mut arrived).is_empty());
    outgoing.credit(7, 300_000);
    let frames = take(&mut outgoing, &mut arrived);
    assert_eq!(frames, [262_140, 37_860]);
    // Credit that came late is less, and takes nothing back.
    outgoing.credit(7, 50);
    assert!(take(&mut outgoing, &mut arrived).is_empty());
    assert!(!outgoing.is_whole());
    outgoing.credit(7, u64::MAX);
    take(&mut outgoing, &mut arrived);
    assert_eq!(arrived, text);
    assert!(outgoing.is_whole());
}

#[test]
fn nothing_is_read_without_credit_and_one_slice_at_a_time() {
    let large = file("large", 2_000_000);
    let mut outgoing = Outgoing::new(1, vec![Segment::Base64(large.clone())]);
    assert_eq!(outgoing.next(), None);
    outgoing.credit(1, 1_000_000);
    assert_eq!(outgoing.next(), Some(Next::Read(large.clone(), 0..SLICE)));
    assert_eq!(outgoing.next(), None, "it is being read");
    assert_eq!(outgoing.push(&[0; 7]), Err(WrongLength));
    assert_eq!(
        outgoing.push(&vec![0; usize::try_from(SLICE).expect("it fits")]),
        Ok(())
    );
    assert!(matches!(outgoing.next(), Some(Next::Frame(_))));
    // The next slice is read ahead, once.
    let ahead = Next::Read(large, SLICE..2 * SLICE);
    assert_eq!(outgoing.next(), Some(ahead));
    assert!(matches!(outgoing.next(), Some(Next::Frame(_))));
    assert_eq!(outgoing.next(), None);
    assert_eq!(outgoing.push(b""), Err(WrongLength));
}

#[test]
fn what_nobody_asked_for_is_refused() {
    let mut outgoing = Outgoing::new(1, vec![Segment::Base64(file("a", 10))]);
    assert_eq!(outgoing.push(&[0; 10]), Err(WrongLength));
    let mut outgoing = Outgoing::new(1, vec![Segment::Octets(b"a".to_vec())]);
    assert_eq!(outgoing.push(b"a"), Err(WrongLength));
}

fn segment() -> impl Strategy<Value = Segment> {
    let size = prop_oneof![0..200_u64, 400_000..1_000_000_u64];
    let text = prop_oneof![0..200_usize, 250_000..300_000_usize];
    prop_oneof![
        text.prop_map(|size| Segment::Octets(vec![b'x'; size])),
        ("[a-z]{1,9}", size.clone()).prop_map(|(id, size)| Segment::Base64(file(&id, size))),
        ("[a-z]{1,9}", size).prop_map(|(id, size)| Segment::AsIs(file(&id, size))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_octet_arrives_once_in_order_within_its_credit(
        segments in proptest::collection::vec(segment(), 0..6),
        grants in proptest::collection::vec(1..700_000_u64, 0..20),
    ) {
        let expect = whole(&segments);
        let size: u64 = segments.iter().map(Segment::size).sum();
        prop_assert_eq!(size, expect.len() as u64);
        let mut outgoing = Outgoing::new(3, segments);
        let (mut arrived, mut upto) = (Vec::new(), 0);
        for grant in grants {
            upto += grant;
            outgoing.credit(3, upto);
            take(&mut outgoing, &mut arrived);
            prop_assert_eq!(arrived.len() as u64, size.min(upto));
        }
        outgoing.credit(3, u64::MAX);
        take(&mut outgoing, &mut arrived);
        prop_assert!(outgoing.is_whole());
        prop_assert!(arrived == expect);
    }
}
