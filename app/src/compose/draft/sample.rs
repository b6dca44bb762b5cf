//! What a first visitor finds in the compose pane.

use super::Draft;

impl Draft {
    /// The sample in English, addressed within the practice server.
    #[must_use]
    pub fn sample_en() -> Draft {
        Draft {
            from: "Mina Park <mina@example.org>".into(),
            to: vec!["joon@practice.test".into(), "team@practice.test".into()],
            subject: "Hello from Glasspost".into(),
            body: "\
Hi Joon,

Press Send to see this message go to the practice server: every line
that is sent, and every reply that comes back. Then open it in the
Inbox. Nothing leaves this machine.

Step through does the same one line at a time. You can change each
line before it is sent, and see how the server answers.

To see a refusal, write to refused@practice.test,
greylisted@practice.test or full@practice.test.

Lessons begins with a short program whose mail no server takes, and
mends it line by line. Scenarios makes the server misbehave.

Mina
"
            .into(),
            ..Draft::default()
        }
    }

    /// The sample in Korean, addressed within the practice server.
    #[must_use]
    pub fn sample_ko() -> Draft {
        Draft {
            from: "박민아 <mina@example.org>".into(),
            to: vec!["joon@practice.test".into(), "team@practice.test".into()],
            subject: "Glasspost에서 보내는 인사".into(),
            body: "\
준 님, 안녕하세요.

'보내기'를 누르면 이 메시지가 연습 서버에 닿기까지 주고받는 모든 줄이
나타납니다. 그다음 받은편지함에서 확인해 보세요. 이 컴퓨터
밖으로 나가는 것은 없습니다.

'한 단계씩'은 한 줄마다 멈춥니다. 줄을 고쳐서 보내고 서버가 어떻게
답하는지 볼 수 있습니다.

거부되는 모습을 보려면 refused@practice.test,
greylisted@practice.test, full@practice.test로 보내 보세요.

'실습'은 어느 서버도 메일을 받아 주지 않는 짧은 프로그램을 한 줄씩
고쳐 나갑니다. '시나리오'는 서버가 일부러 잘못 동작하게 합니다.

민아 드림
"
            .into(),
            ..Draft::default()
        }
    }
}
