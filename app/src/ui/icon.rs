//! Icons, drawn in lines.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A cross: remove.
    Cross,
    /// Send.
    Play,
    /// Send line by line.
    Step,
    /// TLS.
    Lock,
    /// The theme.
    Sun,
    /// Writing.
    Pen,
    /// The inbox.
    Inbox,
    /// The wire.
    Wire,
    /// Save to a file.
    Download,
    /// On to the end.
    Forward,
    /// Add.
    Plus,
    /// Something needs a person.
    Alert,
    /// Delete.
    Bin,
    /// An attachment.
    File,
    /// An event.
    Calendar,
    /// Searching.
    Search,
    /// The drafts.
    Stack,
    /// Fold a pane to the right.
    Fold,
    /// Attach.
    Clip,
    /// A picture.
    Picture,
    /// A list that unfolds; or down.
    Chevron,
    /// Up.
    Up,
    /// Someone.
    Person,
    /// What was, and when.
    Clock,
    /// Reply to one.
    Reply,
    /// Reply to all.
    ReplyAll,
    /// Send on to others.
    SendOn,
    /// Marked by a person.
    Star,
    /// The commands.
    Keyboard,
    /// Read, or not.
    Envelope,
    /// Trying things out.
    Flask,
}

/// An icon. Screen readers pass over it: the text beside it has the meaning.
#[component]
#[must_use]
pub fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    let path = match glyph {
        Glyph::Cross => "M6 6l12 12M18 6L6 18",
        Glyph::Play => "M7 5l12 7-12 7z",
        Glyph::Step => "M5 5l9 7-9 7zM19 5v14",
        Glyph::Lock => {
            "M7 11h10a2 2 0 012 2v5a2 2 0 01-2 2H7a2 2 0 01-2-2v-5a2 2 0 012-2z\
             M8 11V8a4 4 0 018 0v3"
        }
        Glyph::Sun => {
            "M16 12a4 4 0 11-8 0 4 4 0 018 0z\
             M12 3v2M12 19v2M3 12h2M19 12h2M6 6l1 1M17 17l1 1M18 6l-1 1M7 17l-1 1"
        }
        Glyph::Pen => "M4 20l4-1L20 7l-3-3L5 16z",
        Glyph::Inbox => "M3 13l3-8h12l3 8v6H3zM3 13h6a3 3 0 006 0h6",
        Glyph::Wire => "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
        Glyph::Download => "M12 4v11M7 11l5 5 5-5M5 20h14",
        Glyph::Forward => "M5 5l7 7-7 7zM12 5l7 7-7 7z",
        Glyph::Plus => "M12 5v14M5 12h14",
        Glyph::Alert => "M12 4l9 16H3zM12 10v4M12 17v.5",
        Glyph::Calendar => "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
        Glyph::File => "M6 3h8l4 4v14H6zM14 3v4h4",
        Glyph::Search => "M17 11a6 6 0 11-12 0 6 6 0 0112 0zM20 20l-4.5-4.5",
        Glyph::Stack => "M5 9h14v11H5zM7 6h10M9 3h6",
        Glyph::Fold => "M5 6l6 6-6 6M12 6l6 6-6 6",
        Glyph::Clip => {
            "M20 11l-8.5 8.5a5 5 0 01-7-7L13 4a3.3 3.3 0 014.7 4.7l-8.5 8.5a1.7 1.7 0 01-2.4-2.4L14 7.5"
        }
        Glyph::Picture => "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5v.01",
        Glyph::Keyboard => "M3 6h18v12H3zM7 10v.01M11 10v.01M15 10v.01M18 10v.01M8 14h8",
        Glyph::Chevron => "M6 9l6 6 6-6",
        Glyph::Up => "M6 15l6-6 6 6",
        Glyph::Clock => "M20 12a8 8 0 11-16 0 8 8 0 0116 0zM12 8v4l3 2",
        Glyph::Person => "M15.5 8a3.5 3.5 0 11-7 0 3.5 3.5 0 017 0zM5 20a7 7 0 0114 0",
        Glyph::Reply => "M10 7l-6 5 6 5M4 12h10a6 6 0 016 6",
        Glyph::ReplyAll => "M8 7l-5 5 5 5M13 7l-5 5 5 5M8 12h7a5 5 0 015 5v1",
        Glyph::SendOn => "M14 7l6 5-6 5M20 12H10a6 6 0 00-6 6",
        Glyph::Star => "M12 4l2.4 5.2 5.6.6-4.2 3.8 1.2 5.6-5-2.9-5 2.9 1.2-5.6L4 9.8l5.6-.6z",
        Glyph::Flask => "M9 3h6M10 3v6l-5 9a2 2 0 002 3h10a2 2 0 002-3l-5-9V3",
        Glyph::Envelope => "M4 6h16v12H4zM4 7l8 6 8-6",
        Glyph::Bin => "M5 7h14M10 7V5h4v2M7 7l1 13h8l1-13",
    };
    drawing(path)
}

/// An icon of a part of the page that is loaded later: it comes with its lines.
#[must_use]
pub fn drawing(path: &'static str) -> impl IntoView {
    view! {
        <svg class="i" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path/>
        </svg>
    }
}
