//! A message decoded for reading, as a page gets it.

use practice::Transfer;
use wire::{Content, Encoding, Entity, Part, Reading, Slice, View};

/// The reading, as a page gets it.
#[must_use]
pub fn readable(reading: practice::Reading) -> Reading {
    Reading {
        headers: reading.headers,
        parts: reading.parts.into_iter().map(part).collect(),
        omitted: reading.omitted,
        encoded: reading.encoded.into_iter().map(slice).collect(),
        header: slice(reading.header),
        fields: reading.fields,
        entities: reading.entities.into_iter().map(entity).collect(),
        unlisted: reading.unlisted,
    }
}

fn entity(entity: practice::Entity) -> Entity {
    Entity {
        level: entity.level,
        media_type: entity.media_type,
        charset: entity.charset,
        encoding: entity.encoding,
        disposition: entity.disposition,
        name: entity.name,
        id: entity.id,
        size: entity.size,
        at: slice(entity.at),
    }
}

fn part(part: practice::Part) -> Part {
    let content = match part.content {
        practice::Content::Text { text, cut } => Content::Text { text, cut },
        practice::Content::Html { html, text, cut } => Content::Html { html, text, cut },
        practice::Content::Message { headers, at } => Content::Message {
            headers,
            at: slice(at),
        },
        practice::Content::Attachment {
            name,
            media_type,
            id,
            size,
            at,
        } => Content::Attachment {
            name,
            media_type,
            id,
            size,
            at: slice(at),
        },
    };
    Part {
        depth: part.depth,
        content,
        only: part.only.map(|only| match only {
            practice::View::Formatted => View::Formatted,
            practice::View::Text => View::Text,
        }),
    }
}

fn slice(slice: practice::Slice) -> Slice {
    Slice {
        of: slice.of,
        from: slice.from,
        to: slice.to,
        encoding: match slice.encoding {
            Transfer::Identity => Encoding::Identity,
            Transfer::Base64 => Encoding::Base64,
            Transfer::QuotedPrintable => Encoding::QuotedPrintable,
            Transfer::Uuencode => Encoding::Uuencode,
        },
    }
}
