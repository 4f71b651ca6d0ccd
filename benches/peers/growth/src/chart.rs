//! Small charts beside each other, as one picture: points, and the straight line that lies closest to them.
//!
//! Axes begin at zero. The background is light, so that the picture can be read on dark pages too.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;
use plotters::style::{FontStyle, FontTransform};

use crate::Panel;

const COLOURS: [RGBColor; 2] = [RGBColor(0, 90, 160), RGBColor(200, 80, 0)];
const INK: RGBColor = RGBColor(40, 40, 40);
const ACROSS: usize = 3;
const SIZE: (u32, u32) = (360, 310);

pub fn draw(panels: &[Panel], to: &Path) -> Result<(), Box<dyn Error>> {
    let down = panels.len().div_ceil(ACROSS);
    let size = (SIZE.0 * ACROSS as u32, SIZE.1 * down as u32);
    let picture = SVGBackend::new(to, size).into_drawing_area();
    picture.fill(&WHITE)?;
    for (panel, area) in panels.iter().zip(picture.split_evenly((down, ACROSS))) {
        self::panel(panel, &area)?;
    }
    picture.present()?;
    Ok(())
}

fn panel(
    panel: &Panel,
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
) -> Result<(), Box<dyn Error>> {
    let points = || panel.series.iter().flat_map(|series| &series.points);
    let right = points().map(|point| point.size as f64).fold(0.0, f64::max) * 1.04;
    let top = points().map(|point| point.nanoseconds).fold(0.0, f64::max) * 1.15;
    let font = |size: u32| ("sans-serif", size).into_font().color(&INK);
    let mut chart = ChartBuilder::on(area)
        .caption(
            panel.title,
            ("sans-serif", 18, FontStyle::Bold).into_font().color(&INK),
        )
        .margin(10)
        .margin_right(30)
        .x_label_area_size(42)
        .y_label_area_size(58)
        .build_cartesian_2d(0.0..right, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RGBColor(225, 225, 225))
        .axis_style(RGBColor(120, 120, 120))
        .x_labels(5)
        .y_labels(6)
        .x_label_formatter(&|number| crate::grouped(number.round() as usize))
        .y_label_formatter(&|number| crate::grouped(number.round() as usize))
        .x_desc(panel.across)
        .y_desc(panel.up)
        .label_style(font(14))
        .axis_desc_style(font(15))
        .draw()?;
    for (series, colour) in panel.series.iter().zip(COLOURS) {
        let (start, slope) = series.line();
        let ends = [0.0, right].map(|across| (across, start + slope * across));
        chart.draw_series(LineSeries::new(ends, colour.mix(0.55).stroke_width(1)))?;
        let dots = series.points.iter();
        let dots = dots.map(|point| Circle::new((point.size as f64, point.nanoseconds), 4, colour.filled()));
        let drawn = chart.draw_series(dots)?;
        if panel.series.len() > 1 {
            drawn
                .label(series.name)
                .legend(move |(x, y)| Circle::new((x + 8, y), 4, colour.filled()));
        }
    }
    if panel.series.len() > 1 {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .legend_area_size(16)
            .label_font(font(14).transform(FontTransform::None))
            .draw()?;
    }
    Ok(())
}
