//! A template, and what its fields become. Pure.

use serde::{Deserialize, Serialize};

use crate::compose::draft::{BodyFormat, Content, Draft, Fill, Person, Sender, nearest_field};
use crate::i18n::Locale;

/// A text that is used again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Template {
    /// What it is called. No two have the same name.
    pub(super) name: String,
    /// The subject of a message that has none.
    pub(super) subject: String,
    /// See [`Draft::format`].
    pub(super) format: BodyFormat,
    /// See [`Draft::as_typed`].
    pub(super) as_typed: bool,
    /// See [`Draft::body`].
    pub(super) body: String,
    /// See [`Draft::html`].
    pub(super) html: String,
}

/// What fields of a template are filled with. Empty: that is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    /// The name of the first recipient.
    pub(super) name: String,
    /// The address of the first recipient.
    pub(super) address: String,
    /// The subject.
    pub(super) subject: String,
    /// The name of the sender.
    pub(super) sender: String,
    /// Today, as people write it.
    pub(super) date: String,
}

/// The fields by name, in both languages: a template of one language is used in the other.
const FIELDS: [(&str, &str); 5] = [
    ("name", "이름"),
    ("address", "주소"),
    ("subject", "제목"),
    ("sender", "보낸이"),
    ("date", "날짜"),
];

/// The fields as they are written in a template.
pub(super) fn fields(locale: Locale) -> String {
    let names = FIELDS.map(|(english, korean)| match locale {
        Locale::En => format!("{{{english}}}"),
        Locale::Ko => format!("{{{korean}}}"),
    });
    names.join(", ")
}

/// The field that may be meant by one that is none. Those of the language in use come first.
pub(super) fn near(field: &str, locale: Locale) -> Option<String> {
    let english = FIELDS.iter().map(|(english, _)| *english);
    let korean = FIELDS.iter().map(|(_, korean)| *korean);
    let names: Vec<&str> = match locale {
        Locale::En => english.chain(korean).collect(),
        Locale::Ko => korean.chain(english).collect(),
    };
    // What is not known yet is a field all the same.
    let is_field = names.iter().any(|name| format!("{{{name}}}") == field);
    let near = nearest_field(field, names.into_iter()).filter(|_| !is_field);
    near.map(|near| format!("{{{near}}}"))
}

impl Values {
    /// Those of a draft.
    pub(super) fn of(draft: &Draft, date: String) -> Values {
        let to = draft.to.iter().chain(&draft.cc).next();
        let to = to.and_then(|text| Person::parse(text));
        let sender = Person::parse(&draft.from).map(|person| person.name);
        let (name, address) = to.map_or_else(Default::default, |to| (to.name, to.address));
        Values {
            name,
            address,
            subject: draft.subject.clone(),
            sender: sender.unwrap_or_default(),
            date,
        }
    }

    fn get(&self, field: &str) -> Option<&str> {
        let named = |(one, other): &(&str, &str)| *one == field || *other == field;
        let at = FIELDS.iter().position(named)?;
        let all = [
            &self.name,
            &self.address,
            &self.subject,
            &self.sender,
            &self.date,
        ];
        Some(all[at])
            .filter(|value| !value.is_empty())
            .map(String::as_str)
    }
}

/// A template with its fields filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) template: Template,
    /// The fields that are not known, such as `{name}`.
    pub(super) unknown: Vec<String>,
}

impl Template {
    /// The text of a draft, without its signature.
    pub(super) fn of(name: &str, draft: &Draft) -> Template {
        let mut draft = draft.clone();
        draft.take_sender(Sender {
            from: draft.from.clone(),
            reply_to: draft.reply_to.clone(),
            signature: String::new(),
        });
        Template {
            name: name.trim().to_owned(),
            subject: draft.subject,
            format: draft.format,
            as_typed: draft.as_typed,
            body: draft.body,
            html: draft.html,
        }
    }

    /// Its fields filled.
    pub(super) fn fill(&self, values: &Values) -> Filled {
        let mut fill = Fill {
            value: &|field| values.get(field).map(str::to_owned),
            unknown: Vec::new(),
        };
        let subject = fill.line(&self.subject);
        // The subject of the message is known by then.
        let values = &Values {
            subject: if values.subject.is_empty() {
                subject.clone()
            } else {
                values.subject.clone()
            },
            ..values.clone()
        };
        let mut fill = Fill {
            value: &|field| values.get(field).map(str::to_owned),
            unknown: fill.unknown,
        };
        let (body, html) = fill.body(self.format, &self.body, &self.html);
        let template = Template {
            subject,
            body,
            html,
            ..self.clone()
        };
        Filled {
            template,
            unknown: fill.unknown,
        }
    }

    /// Its text in this format: as plain text or Markdown, or as HTML.
    pub(super) fn text_in(&self, format: BodyFormat) -> String {
        if format == self.format && format != BodyFormat::Rich {
            return self.body.clone();
        }
        let content = Content {
            format: self.format,
            text: &self.body,
            html: &self.html,
            ..Content::default()
        };
        match format {
            BodyFormat::Rich => content.rich(&[]).flat().html(),
            BodyFormat::Markdown if self.format == BodyFormat::Rich => content.rich(&[]).markdown(),
            // Plain text is Markdown, and the source of Markdown is plain text.
            _ => self.body.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values {
            name: "Joon *".into(),
            date: "27 November".into(),
            ..Values::default()
        }
    }

    #[test]
    fn fields_are_filled_and_the_unknown_stay() {
        let template = Template {
            subject: "For {name}".into(),
            body: "Dear {name}, {이름} {date} {x} {subject}, {x} {y-z} {} {{}x} {".into(),
            ..Template::default()
        };
        let got = template.fill(&values());
        assert_eq!(got.template.subject, "For Joon *");
        assert_eq!(
            got.template.body,
            "Dear Joon *, Joon * 27 November {x} For Joon *, {x} {y-z} {} {x} {"
        );
        assert_eq!(got.unknown, ["{x}", "{y-z}"]);
    }

    #[test]
    fn a_field_that_was_written_wrong_is_recognised() {
        let check = |field: &str, expect: Option<&str>| {
            assert_eq!(near(field, Locale::En).as_deref(), expect, "{field}");
        };
        check("{nmae}", Some("{name}"));
        check("{ Subject }", Some("{subject}"));
        check("{e-mal}", None);
        // It is one, but nobody is known to whom the message goes.
        check("{name}", None);
        check("{이름}", None);
    }

    #[test]
    fn each_format_has_its_own_text() {
        let mut template = Template {
            format: BodyFormat::Markdown,
            body: "**Dear** {name}".into(),
            ..Template::default()
        };
        let filled = template.fill(&values()).template;
        assert_eq!(filled.body, "**Dear** Joon \\*");
        assert_eq!(filled.text_in(BodyFormat::Plain), "**Dear** Joon \\*");
        assert_eq!(
            filled.text_in(BodyFormat::Rich),
            "<div><b>Dear</b> Joon *</div>"
        );
        template.format = BodyFormat::Rich;
        template.html = "<div><b>Dear</b> {name} {sender}</div>".into();
        let filled = template.fill(&values());
        assert_eq!(
            filled.template.html,
            "<div><b>Dear</b> Joon * {sender}</div>"
        );
        assert_eq!(filled.unknown, ["{sender}"]);
        assert_eq!(
            filled.template.text_in(BodyFormat::Markdown),
            "**Dear** Joon \\* {sender}"
        );
    }

    #[test]
    fn a_template_has_no_signature() {
        let mut draft = Draft {
            body: "Hi".into(),
            ..Draft::default()
        };
        draft.take_sender(Sender {
            signature: "Mina".into(),
            ..Sender::default()
        });
        assert!(draft.body.ends_with("Mina"));
        assert_eq!(Template::of(" a ", &draft).body, "Hi");
        assert_eq!(Template::of(" a ", &draft).name, "a");
    }
}
