/// s
pub struct Stuffer;
