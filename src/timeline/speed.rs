//! How fast a recording is played: from a tenth to a hundred times as fast as it was.

use std::time::Duration;

/// Those that keys choose among, times as fast.
const STEPS: [f64; 10] = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Speed(f64);

impl Default for Speed {
    fn default() -> Speed {
        Speed(1.0)
    }
}

impl Speed {
    /// # Errors
    /// Where it is no number from 0.1 to 100.
    pub fn new(times: f64) -> Result<Speed, String> {
        let known = (STEPS[0]..=STEPS[STEPS.len() - 1]).contains(&times);
        if known { Ok(Speed(times)) } else { Err("a speed is from 0.1 to 100".to_owned()) }
    }

    pub fn times(self) -> f64 {
        self.0
    }

    pub fn faster(self) -> Speed {
        STEPS.into_iter().find(|step| *step > self.0 * 1.001).map_or(self, Speed)
    }

    pub fn slower(self) -> Speed {
        STEPS.into_iter().rfind(|step| *step < self.0 * 0.999).map_or(self, Speed)
    }

    /// The time of the run that passes in a time of the world.
    pub fn of(self, span: Duration) -> Duration {
        span.mul_f64(self.0)
    }

    /// As it is written: `0.1x`, `12x`, `3.5x`.
    pub fn words(times: f64) -> String {
        match times {
            10.0.. => format!("{times:.0}x"),
            _ if (times * 10.0).round() % 10.0 == 0.0 => format!("{times:.0}x"),
            _ => format!("{times:.1}x"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_go_from_a_tenth_to_a_hundred_times_and_no_further() {
        let mut speed = Speed::new(0.3).unwrap();
        let up: Vec<String> = std::iter::from_fn(|| {
            let before = speed;
            speed = speed.faster();
            (speed != before).then(|| Speed::words(speed.times()))
        })
        .collect();
        assert_eq!(up, ["0.5x", "1x", "2x", "5x", "10x", "20x", "50x", "100x"]);
        let slowest = (0..20).fold(speed, |speed, _| speed.slower());
        assert_eq!(slowest, Speed::new(0.1).unwrap());
        assert_eq!(Speed::new(7.0).unwrap().slower(), Speed::new(5.0).unwrap());
    }

    #[test]
    fn what_is_no_speed_is_refused() {
        assert!([0.0, -1.0, 0.09, 101.0, f64::NAN, f64::INFINITY].into_iter().all(|times| Speed::new(times).is_err()));
        assert_eq!([0.1, 0.25, 3.46, 37.2, 100.0].map(Speed::words), ["0.1x", "0.2x", "3.5x", "37x", "100x"]);
    }
}
