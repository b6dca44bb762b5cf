//! What the scenarios that come with the program are for, in the language of the page. Their files
//! say it in English, as other programs get it.

use crate::i18n::Locale;

/// In Korean, by the names of the scenarios.
const KOREAN: [(&str, &str); 30] = [
    ("busy", "인사말 대신 421을 받으면 일시적인 실패로 다루는지"),
    (
        "certificate-expired",
        "유효 기간이 지난 인증서를 거부하는지",
    ),
    (
        "certificate-unknown-root",
        "신뢰하지 않는 발급자의 인증서를 거부하는지",
    ),
    (
        "certificate-wrong-name",
        "다른 호스트 이름의 인증서를 거부하는지",
    ),
    (
        "closed-in-message",
        "메시지를 보내는 중에 연결이 끊기면 알리는지",
    ),
    ("endless-reply", "읽는 응답의 길이를 제한하는지"),
    (
        "forwarded-recipient",
        "251도 다른 2yz 응답처럼 받는 사람이 수락된 것으로 다루는지",
    ),
    (
        "greylisting",
        "받는 사람이 일시적으로 거부되면 나중에 다시 보내는지",
    ),
    ("long-replies", "여러 줄인 응답을 끝까지 읽는지"),
    ("malformed-reply", "코드가 없는 줄을 성공으로 여기지 않는지"),
    (
        "no-auth",
        "로그인해야 하는데 서버가 AUTH를 제공하지 않으면 실패로 끝내는지",
    ),
    ("no-extensions", "서버가 EHLO를 모르면 HELO를 쓰는지"),
    (
        "no-service",
        "서비스를 제공하지 않는 서버에는 아무것도 보내지 않는지",
    ),
    (
        "no-starttls",
        "서버의 제공 목록에서 STARTTLS가 지워졌을 때 \
         TLS 없이는 아무것도 보내지 않는지",
    ),
    (
        "random-refusals",
        "거부가 언제 일어나든 \
         일시적인 거부와 영구적인 거부를 구별하는지",
    ),
    ("rate-limit", "서버가 메시지 수를 제한하면 천천히 보내는지"),
    (
        "refused-in-message",
        "메시지를 다 보내기 전에 거부되어도 제대로 처리하는지",
    ),
    ("refused-message", "메시지를 보낸 뒤에 거부되면 알리는지"),
    (
        "refused-recipient",
        "받는 사람 하나가 거부되면 \
         나머지에게 배달하고, 거부된 사람이 누구인지 알리는지",
    ),
    (
        "refused-recipients",
        "받는 사람이 모두 거부되면 메시지를 보내지 않는지",
    ),
    (
        "refused-sender",
        "보내는 사람이 거부되면 알리고 메시지를 더 보내지 않는지",
    ),
    (
        "reply-lost",
        "마지막 응답만 잃었을 때 \
         메시지가 배달되지 않았다고 여기지 않는지",
    ),
    (
        "shutting-down",
        "어느 명령에든 421을 받으면 연결이 끝난 것으로 다루는지",
    ),
    ("size-limit", "메시지 크기를 서버가 알린 SIZE와 비교하는지"),
    (
        "slow-greeting",
        "인사말을 받을 때까지 아무것도 보내지 않고 기다리는지",
    ),
    ("slow-replies", "한 옥텟씩 도착하는 응답을 이어 붙이는지"),
    ("split-replies", "응답의 앞부분을 전체로 여기지 않는지"),
    (
        "starttls-injection",
        "STARTTLS의 220 뒤에 암호화 없이 붙어 온 내용을 버리는지",
    ),
    (
        "starttls-refused",
        "STARTTLS가 거부되었을 때 TLS 없이는 아무것도 보내지 않는지",
    ),
    (
        "wrong-password",
        "비밀번호가 틀리면 알리고 같은 비밀번호로 다시 시도하지 않는지",
    ),
];

/// What the scenario of this name is for. `said`: what its file says.
pub(super) fn purpose(locale: Locale, name: &str, said: &str) -> String {
    let korean = match locale {
        Locale::En => None,
        Locale::Ko => KOREAN.iter().find(|(known, _)| *known == name),
    };
    korean.map_or_else(|| said.to_owned(), |(_, purpose)| (*purpose).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_its_purpose_in_korean() {
        let known = engine::known_scenarios();
        let mut names: Vec<&str> = known.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        let translated: Vec<&str> = KOREAN.iter().map(|(name, _)| *name).collect();
        assert_eq!(translated, names);
        for one in &known {
            assert_eq!(purpose(Locale::En, &one.name, &one.purpose), one.purpose);
            assert_ne!(purpose(Locale::Ko, &one.name, &one.purpose), one.purpose);
        }
        assert_eq!(purpose(Locale::Ko, "own", "test mine"), "test mine");
    }
}
