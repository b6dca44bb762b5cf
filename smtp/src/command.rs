pub const SECRET: &str = "⟨secret⟩";
/// c
pub struct Command;
