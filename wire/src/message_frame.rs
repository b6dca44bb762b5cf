//! Binary frames from the page: the id of a dialogue, then octets of its message.

/// Octets of the id.
const ID: usize = 4;

/// The most octets of a message in one binary frame from the page.
pub const MESSAGE_OCTETS: usize = crate::BINARY_FRAME - ID;

/// The binary frame with these octets of the message of dialogue `id`: the id as four octets, most
/// significant first, and the octets behind it. At most [`MESSAGE_OCTETS`] fit.
#[must_use]
pub fn message_frame(id: u32, octets: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(ID + octets.len());
    frame.extend_from_slice(&id.to_be_bytes());
    frame.extend_from_slice(octets);
    frame
}

/// The id in a binary frame from the page, and where the octets of the message begin. None: the
/// frame is too short to have an id.
#[must_use]
pub fn read_message_frame(frame: &[u8]) -> Option<(u32, usize)> {
    let id = frame.first_chunk::<ID>()?;
    Some((u32::from_be_bytes(*id), ID))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_in_front_of_the_octets() {
        let frame = message_frame(0x0102_0304, b"hi");
        assert_eq!(frame, b"\x01\x02\x03\x04hi");
        assert_eq!(read_message_frame(&frame), Some((0x0102_0304, 4)));
        assert_eq!(read_message_frame(&message_frame(7, b"")), Some((7, 4)));
        assert_eq!(read_message_frame(b"\0\0\0"), None);
    }
}
