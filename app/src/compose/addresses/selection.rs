//! Which chips of a field are selected, and which of them has the focus. Pure.

/// The selected chips of one field, by their places in its list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selection {
    /// In ascending order.
    chosen: Vec<usize>,
    /// Where a selection by Shift begins.
    anchor: usize,
    /// The one that has the focus.
    active: usize,
}

impl Selection {
    /// This one alone.
    pub(super) fn only(at: usize) -> Selection {
        Selection {
            chosen: vec![at],
            anchor: at,
            active: at,
        }
    }

    /// These, the last of them with the focus. None if there are none.
    pub(super) fn range(start: usize, end: usize) -> Option<Selection> {
        (start < end).then(|| Selection {
            chosen: (start..end).collect(),
            anchor: start,
            active: end - 1,
        })
    }

    /// From the anchor to this one, as Shift does.
    pub(super) fn extended(&self, to: usize) -> Selection {
        Selection {
            chosen: (self.anchor.min(to)..=self.anchor.max(to)).collect(),
            anchor: self.anchor,
            active: to,
        }
    }

    /// With this one added, or removed, as Ctrl does.
    pub(super) fn toggled(&self, at: usize) -> Selection {
        let mut chosen = self.chosen.clone();
        match chosen.binary_search(&at) {
            Ok(found) => drop(chosen.remove(found)),
            Err(before) => chosen.insert(before, at),
        }
        Selection {
            chosen,
            anchor: at,
            active: at,
        }
    }

    /// The same chips with the focus on this one.
    pub(super) fn with_focus(&self, at: usize) -> Selection {
        Selection {
            active: at,
            ..self.clone()
        }
    }

    pub(super) fn contains(&self, at: usize) -> bool {
        self.chosen.binary_search(&at).is_ok()
    }

    /// In ascending order.
    pub(super) fn chosen(&self) -> &[usize] {
        &self.chosen
    }

    pub(super) fn active(&self) -> usize {
        self.active
    }
}

/// Takes the items at these places, in ascending order, out of a list.
pub(super) fn take_out(list: &mut Vec<String>, places: &[usize]) -> Vec<String> {
    let mut taken = Vec::with_capacity(places.len());
    let mut at = 0;
    list.retain_mut(|item| {
        let goes = places.binary_search(&at).is_ok();
        if goes {
            taken.push(std::mem::take(item));
        }
        at += 1;
        !goes
    });
    taken
}

/// Where the place `to` of a list is once the items at `places` are taken out.
pub(super) fn after_taking(places: &[usize], to: usize) -> usize {
    to - places.iter().filter(|place| **place < to).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_extends_from_the_anchor_in_both_directions() {
        let one = Selection::only(2);
        let right = one.extended(4);
        assert_eq!(right.chosen(), [2, 3, 4]);
        assert_eq!(right.active(), 4);
        let left = right.extended(1);
        assert_eq!(left.chosen(), [1, 2]);
        assert_eq!(left.extended(2).chosen(), [2]);
    }

    #[test]
    fn control_adds_and_removes() {
        let two = Selection::only(3).toggled(1);
        assert_eq!(two.chosen(), [1, 3]);
        assert_eq!(two.extended(2).chosen(), [1, 2]);
        let none = two.toggled(3).toggled(1);
        assert_eq!(none.chosen(), [0_usize; 0]);
        assert_eq!(none.with_focus(4).active(), 4);
        assert!(two.contains(3) && !two.contains(2));
    }

    #[test]
    fn a_range_has_its_end_in_focus() {
        assert_eq!(Selection::range(0, 0), None);
        let all = Selection::range(0, 3).expect("three");
        assert_eq!((all.chosen(), all.active()), (&[0, 1, 2][..], 2));
    }

    #[test]
    fn items_are_taken_out_in_their_order() {
        let mut list: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).into();
        assert_eq!(take_out(&mut list, &[1, 3]), ["b", "d"]);
        assert_eq!(list, ["a", "c"]);
        assert_eq!(after_taking(&[1, 3], 4), 2);
        assert_eq!(after_taking(&[1, 3], 1), 1);
    }
}
