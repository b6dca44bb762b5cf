//! How wide the panes are that stand beside each other. Pure; lengths are in CSS pixels.
//!
//! The drafts have a width of their own. The message and the conversation share what is left, in a
//! proportion, so that both grow with the window.

use serde::{Deserialize, Serialize};

/// The list of drafts is at least this wide.
pub const MIN_DRAFTS: f64 = 170.0;
/// The list of drafts takes at most this part of the window.
pub const MAX_DRAFTS: f64 = 0.28;
/// The message is at least this wide.
pub const MIN_MESSAGE: f64 = 420.0;
/// The conversation is at least this wide.
pub const MIN_WIRE: f64 = 340.0;

/// The list of drafts, until a person chooses.
const DRAFTS: f64 = 206.0;
/// The conversation's part of what it shares with the message, in percent, until a person chooses.
const WIRE: f64 = 42.0;

/// What a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Widths {
    /// The width of the list of drafts.
    pub drafts: Option<f64>,
    /// The conversation's part of what it shares with the message, in percent.
    pub wire: Option<f64>,
    /// Whether the conversation is open, rather than folded to a strip.
    pub wire_open: Option<bool>,
}

/// Something between two panes that can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Between drafts and message.
    Drafts,
    /// Between message and conversation.
    Wire,
}

/// What the edge is between, as it is now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    /// Where the pane before the edge begins.
    pub start: f64,
    /// Where the pane after the edge ends.
    pub end: f64,
    /// How wide the edge itself is.
    pub edge: f64,
    /// How wide the window is.
    pub window: f64,
}

impl Widths {
    /// The widths as far as they can be used: what is stored may have been written by anything.
    #[must_use]
    pub fn checked(self) -> Widths {
        let usable = |value: &f64| value.is_finite() && *value > 0.0;
        Widths {
            drafts: self.drafts.filter(usable),
            wire: self.wire.filter(|value| usable(value) && *value < 100.0),
            ..self
        }
    }

    /// The width of the list of drafts.
    #[must_use]
    pub fn drafts(self) -> f64 {
        self.drafts.unwrap_or(DRAFTS)
    }

    /// The conversation's part of what it shares with the message, in percent.
    #[must_use]
    pub fn wire(self) -> f64 {
        self.wire.unwrap_or(WIRE)
    }

    /// Moves an edge so that it begins at `to`, or as near to that as the panes around it allow.
    #[must_use]
    pub fn moved(self, edge: Edge, to: f64, around: Around) -> Widths {
        let both = around.end - around.start - around.edge;
        let wanted = to - around.start;
        match edge {
            Edge::Drafts => {
                let most = (around.window * MAX_DRAFTS).min(both - MIN_MESSAGE);
                Widths {
                    drafts: Some(between(wanted, MIN_DRAFTS, most)),
                    ..self
                }
            }
            Edge::Wire => {
                let message = between(wanted, MIN_MESSAGE, both - MIN_WIRE);
                Widths {
                    wire: Some((both - message) / both * 100.0),
                    ..self
                }
            }
        }
    }

    /// Puts an edge back to where it is until a person moves it.
    #[must_use]
    pub fn reset(self, edge: Edge) -> Widths {
        match edge {
            Edge::Drafts => Widths {
                drafts: None,
                ..self
            },
            Edge::Wire => Widths { wire: None, ..self },
        }
    }
}

/// `value`, but not beyond `least` and `most`; `least` where they contradict each other.
fn between(value: f64, least: f64, most: f64) -> f64 {
    value.min(most).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The panes in a window of 1440 pixels: drafts at 14, message at 234, conversation at 917.
    const DRAFTS_EDGE: Around = Around {
        start: 14.0,
        end: 917.0,
        edge: 14.0,
        window: 1440.0,
    };
    const WIRE_EDGE: Around = Around {
        start: 234.0,
        end: 1426.0,
        edge: 14.0,
        window: 1440.0,
    };

    fn drafts(to: f64) -> f64 {
        Widths::default()
            .moved(Edge::Drafts, to, DRAFTS_EDGE)
            .drafts()
    }

    fn wire(to: f64) -> f64 {
        let share = Widths::default().moved(Edge::Wire, to, WIRE_EDGE).wire();
        (share / 100.0 * 1178.0).round()
    }

    #[test]
    fn an_edge_goes_where_it_is_put() {
        assert!((drafts(264.0) - 250.0).abs() < 0.01);
        assert!((wire(826.0) - 586.0).abs() < 0.01);
    }

    #[test]
    fn no_pane_becomes_too_narrow() {
        for to in [-5000.0, 0.0, 100.0] {
            assert!((drafts(to) - MIN_DRAFTS).abs() < 0.01);
            assert!((wire(to) - (1178.0 - MIN_MESSAGE)).abs() < 0.01);
        }
        assert!((drafts(9000.0) - 1440.0 * MAX_DRAFTS).abs() < 0.01);
        assert!((wire(9000.0) - MIN_WIRE).abs() < 0.01);
        let small = Around {
            end: 620.0,
            ..DRAFTS_EDGE
        };
        let moved = Widths::default().moved(Edge::Drafts, 9000.0, small);
        assert!((moved.drafts() - (592.0 - MIN_MESSAGE)).abs() < 0.01);
    }

    #[test]
    fn an_edge_can_be_put_back() {
        for edge in [Edge::Drafts, Edge::Wire] {
            let moved = Widths::default().moved(edge, 700.0, WIRE_EDGE);
            assert_ne!(moved, Widths::default());
            assert_eq!(moved.reset(edge), Widths::default());
        }
    }

    #[test]
    fn what_is_stored_is_checked() {
        let read = |text| serde_json::from_str::<Widths>(text).map(Widths::checked);
        let stored = r#"{"drafts":250.5,"wire":41,"wire_open":true}"#;
        let widths = read(stored).expect("widths");
        assert_eq!(widths.drafts, Some(250.5));
        assert_eq!(widths.wire, Some(41.0));
        assert_eq!(widths.wire_open, Some(true));
        let odd = r#"{"drafts":-3,"wire":100,"wire_open":null,"later":1}"#;
        assert_eq!(read(odd).expect("widths"), Widths::default());
        assert_eq!(read("{}").expect("widths"), Widths::default());
    }
}
