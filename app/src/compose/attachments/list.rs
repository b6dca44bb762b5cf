//! The list of attached files, and what a person does with it. Pure.

use super::super::draft::{Attachment, picture_mark, sent_name};

/// The most files that one message has.
pub(in crate::compose) const MOST: usize = 500;

/// Adds a file. Where another has its name already, it gets a number.
pub(super) fn add(list: &mut Vec<Attachment>, mut file: Attachment) {
    file.name = free_name(list, &sent_name(&file.name), None);
    list.push(file);
}

/// Gives the file of this key another name: what was typed, as it is sent. Nothing typed changes
/// nothing. The name that it had, if it has another now.
pub(super) fn rename(list: &mut [Attachment], file: &str, typed: &str) -> Option<String> {
    let at = position(list, file)?;
    if typed.trim().is_empty() {
        return None;
    }
    let name = free_name(list, &sent_name(typed), Some(at));
    (list[at].name != name).then(|| std::mem::replace(&mut list[at].name, name))
}

/// Moves a file to this place, the last one at most. False: it is there already.
pub(super) fn move_to(list: &mut Vec<Attachment>, file: &str, place: usize) -> bool {
    let Some(at) = position(list, file) else {
        return false;
    };
    let place = place.min(list.len() - 1);
    let moved = list.remove(at);
    list.insert(place, moved);
    at != place
}

/// Takes a file out of the list, and says where it was.
pub(super) fn remove(list: &mut Vec<Attachment>, file: &str) -> Option<(usize, Attachment)> {
    let at = position(list, file)?;
    Some((at, list.remove(at)))
}

/// Puts a file back that was removed, unless it is there.
pub(super) fn put_back(list: &mut Vec<Attachment>, at: usize, mut file: Attachment) {
    if position(list, &file.file).is_none() {
        file.name = free_name(list, &file.name, None);
        list.insert(at.min(list.len()), file);
    }
}

/// Where a file is in the list.
pub(super) fn position(list: &[Attachment], file: &str) -> Option<usize> {
    list.iter().position(|other| other.file == file)
}

/// The octets of all files before encoding.
pub(super) fn total(list: &[Attachment]) -> u64 {
    list.iter().map(|file| file.size).sum()
}

/// The text with another mark for a picture that has been renamed.
pub(super) fn renamed_in(text: &str, before: &str, now: &str) -> Option<String> {
    let mark = picture_mark(before);
    text.contains(&mark)
        .then(|| text.replace(&mark, &picture_mark(now)))
}

/// The text without the mark of a picture, and without the line that had nothing else.
pub(super) fn without_mark(text: &str, name: &str) -> Option<String> {
    let mark = picture_mark(name);
    let at = text.find(&mark)?;
    let (before, after) = (&text[..at], &text[at + mark.len()..]);
    let alone = before.is_empty() || before.ends_with('\n');
    let after = after.strip_prefix('\n').filter(|_| alone).unwrap_or(after);
    Some(format!("{before}{after}"))
}

/// A name that no other file has: `a (2).txt` beside `a.txt`.
pub(in crate::compose) fn free_name(
    list: &[Attachment],
    name: &str,
    except: Option<usize>,
) -> String {
    let taken = |name: &str| {
        let mut others = list.iter().enumerate();
        others.any(|(at, other)| Some(at) != except && other.name == name)
    };
    if !taken(name) {
        return name.to_owned();
    }
    let dot = name.rfind('.').filter(|dot| *dot > 0);
    let (stem, ending) = name.split_at(dot.unwrap_or(name.len()));
    (2..)
        .map(|number| format!("{stem} ({number}){ending}"))
        .find(|name| !taken(name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> Vec<Attachment> {
        let mut list = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let file = Attachment {
                file: at.to_string(),
                name: (*name).into(),
                size: 10,
                ..Attachment::default()
            };
            add(&mut list, file);
        }
        list
    }

    fn names(list: &[Attachment]) -> Vec<&str> {
        list.iter().map(|file| file.name.as_str()).collect()
    }

    #[test]
    fn no_two_files_have_the_same_name() {
        let mut list = list(&["a.txt", "a.txt", "b", "b", "dir/a.txt", "a.txt"]);
        let expect = ["a.txt", "a (2).txt", "b", "b (2)", "dir_a.txt", "a (3).txt"];
        assert_eq!(names(&list), expect);
        assert_eq!(rename(&mut list, "2", "a.txt"), Some("b".into()));
        assert_eq!(list[2].name, "a (4).txt");
        assert_eq!(rename(&mut list, "0", "a.txt"), None);
        assert_eq!(rename(&mut list, "0", " "), None);
        assert_eq!(rename(&mut list, "9", "x"), None);
        assert_eq!(rename(&mut list, "0", "c/d.txt"), Some("a.txt".into()));
        assert_eq!(list[0].name, "c_d.txt");
    }

    #[test]
    fn files_are_moved_removed_and_put_back() {
        let mut list = list(&["a", "b", "c"]);
        assert!(move_to(&mut list, "0", 1));
        assert_eq!(names(&list), ["b", "a", "c"]);
        assert!(move_to(&mut list, "1", 99));
        assert_eq!(names(&list), ["a", "c", "b"]);
        assert!(!move_to(&mut list, "1", 2));
        assert!(!move_to(&mut list, "9", 0));
        let (at, removed) = remove(&mut list, "2").expect("it was there");
        assert_eq!((names(&list), total(&list)), (vec!["a", "b"], 20));
        assert_eq!(rename(&mut list, "1", "c"), Some("b".into()));
        put_back(&mut list, at, removed.clone());
        put_back(&mut list, at, removed);
        assert_eq!(names(&list), ["a", "c (2)", "c"]);
    }

    #[test]
    fn marks_of_pictures() {
        let text = "see\n[image: a.png]\nend [image: a.png]";
        assert_eq!(renamed_in(text, "b.png", "c.png"), None);
        assert_eq!(
            renamed_in(text, "a.png", "c.png").as_deref(),
            Some("see\n[image: c.png]\nend [image: c.png]")
        );
        let once = without_mark(text, "a.png").expect("it is there");
        assert_eq!(once, "see\nend [image: a.png]");
        assert_eq!(without_mark(&once, "a.png").as_deref(), Some("see\nend "));
        assert_eq!(without_mark("see", "a.png"), None);
    }
}
