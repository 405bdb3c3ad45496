//! The dashboard: the state drawn, and keys turned into wishes. Knows no engine and no socket.

mod app;
mod canvas;
mod console;
mod done;
mod footer;
mod header;
mod help;
mod inflight;
mod keys;
mod lane;
mod lanes;
mod layout;
mod line;
mod log;
mod manual;
mod picture;
mod racing;
mod scene;
mod scroll;
mod strip;
mod terminal;
mod theme;
mod timing;
mod verdict;
mod view;
mod waterfall;
mod writer;

pub use app::{Dashboard, Settings};
pub use keys::{Action, action};
pub use lanes::{RaceScene, draw_race};
pub use picture::draw;
pub use racing::RaceBoard;
pub use scene::Scene;
pub use terminal::leave;
pub use theme::Theme;
pub use view::{Pane, View};
