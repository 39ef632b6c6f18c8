//! A plate as one SVG that needs no font and no other file.

use std::fmt::Write;

use super::layout::{HEIGHT_MM, Ink, Mark, WIDTH_MM};
use super::{Plate, lettering};

/// The plate; what it says stands in `title` for those who cannot see it.
pub fn svg(plate: &Plate) -> String {
    let says = [plate.number.as_deref().unwrap_or_default(), &plate.way, &plate.code].join(" ");
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{WIDTH_MM}mm\" height=\"{HEIGHT_MM}mm\" \
         viewBox=\"0 0 {WIDTH_MM} {HEIGHT_MM}\"><title>{}</title>",
        escaped(says.trim())
    );
    for mark in plate.marks() {
        // writing into a text cannot fail
        let _ = match mark {
            Mark::Panel { x, y, width, height, radius, ink } => write!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" fill=\"{}\"/>",
                colour(ink)
            ),
            Mark::Text { text, x, baseline, size, ink } => write!(
                out,
                "<path d=\"{}\" fill=\"{}\"/>",
                lettering::outline(&text, x, baseline, size),
                colour(ink)
            ),
            Mark::Modules { corners, side, ink } => {
                let squares: String = corners
                    .iter()
                    .map(|(x, y)| format!("M{x:.3} {y:.3}h{side:.3}v{side:.3}h-{side:.3}z"))
                    .collect();
                write!(out, "<path shape-rendering=\"crispEdges\" d=\"{squares}\" fill=\"{}\"/>", colour(ink))
            }
        };
    }
    out.push_str("</svg>\n");
    out
}

fn colour(ink: Ink) -> &'static str {
    match ink {
        Ink::Blue => "#0b4f94",
        Ink::White => "#fff",
        Ink::Black => "#000",
    }
}

fn escaped(text: &str) -> String {
    // SVG cannot hold control characters
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plate() -> Plate {
        Plate {
            number: Some("36/23".into()),
            way: "Lê Thị Riêng".into(),
            place: "Phường Thanh Điền, Tỉnh Tây Ninh".into(),
            code: "T72-345-676".into(),
            url: "https://bando.example.vn/d/T72-345-676".into(),
        }
    }

    #[test]
    fn what_a_plate_says_is_escaped_and_drawn_without_a_font() {
        let picture = svg(&Plate { way: "A<script>&".into(), ..plate() });
        assert!(picture.contains("<title>36/23 A&lt;script&gt;&amp; T72-345-676</title>"));
        assert!(!picture.contains("<script") && !picture.contains("<text") && !picture.contains("font"));
    }

    #[test]
    fn the_longest_street_stays_left_of_the_qr_code() {
        let plate = Plate {
            way: "Đường Nguyễn Thị Minh Khai nối dài đến cầu Phú Mỹ".into(), ..plate()
        };
        for mark in plate.marks() {
            if let Mark::Text { text, x, size, .. } = mark {
                let right = x + lettering::width_em(&text) * size;
                let limit = if text == plate.code { WIDTH_MM - 9.9 } else { 124.0 };
                assert!(right <= limit, "{text}: {right} mm");
            }
        }
    }
}
