//! Reads the text frames of the bridge. Pure.
//!
//! The first frame says that the page can be used. Everything after it is read by code of the part
//! `later`, because the types in it are many.

use wire::{FirstFromBridge, FromBridge};

use crate::ui::part::part;

/// How a text frame is read. An error says why it can't be.
pub(super) type Read = fn(&str) -> Result<FromBridge, String>;

/// Reads the first frame on a WebSocket.
///
/// # Errors
/// Says why it can't be read.
pub(super) fn first(text: &str) -> Result<FromBridge, String> {
    match serde_json::from_str(text) {
        Ok(FirstFromBridge::Welcome(welcome)) => Ok(FromBridge::Welcome(welcome)),
        Ok(FirstFromBridge::Fragment { text, last }) => Ok(FromBridge::Fragment { text, last }),
        Err(error) => Err(error.to_string()),
    }
}

part! { later:
    /// Reads every frame.
    pub(super) fn all() -> Read {
        |text| serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use wire::{VERSION, Welcome};

    use super::*;

    #[test]
    fn the_first_frame_is_a_welcome_or_a_part_of_it() {
        let welcome = FromBridge::Welcome(Box::new(Welcome {
            version: VERSION,
            program: "0".into(),
            run: "1".into(),
            practice: None,
            ports: vec![25],
            client_name: "x".into(),
            usual_port: None,
        }));
        let fragment = FromBridge::Fragment {
            text: "{".into(),
            last: false,
        };
        for message in [welcome, fragment] {
            let text = serde_json::to_string(&message).expect("JSON");
            assert_eq!(first(&text), Ok(message));
        }
        let credit = FromBridge::Credit { id: 1, upto: 1 };
        let text = serde_json::to_string(&credit).expect("JSON");
        assert!(first(&text).is_err());
        assert!(first("{").is_err());
    }
}
