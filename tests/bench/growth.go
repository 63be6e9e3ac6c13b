// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// curve is how one cost grows with one quantity.
type curve struct {
	name, x, unit string
	at            []int
	cost          func(b *run1, x int) float64
}

// grow measures the curves with these names, and writes for each a picture and its data into dir.
func grow(w io.Writer, dir string, names *regexp.Regexp, quick bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, c := range curves {
		if !names.MatchString(c.name) {
			continue
		}
		var points plotter.XYs
		for _, x := range c.at {
			var y float64
			if _, err := measure(benchCase{c.name, func(b *run1) []Result { y = c.cost(b, x); return nil }}, quick); err != nil {
				return fmt.Errorf("%s at %d: %w", c.name, x, err)
			}
			points = append(points, plotter.XY{X: float64(x), Y: y})
			fmt.Fprintf(w, "%s %s=%d %.4g %s\n", c.name, c.x, x, y, c.unit)
		}
		if err := c.write(filepath.Join(dir, c.name+".csv"), points); err != nil {
			return err
		}
		if err := c.draw(filepath.Join(dir, c.name+".png"), points); err != nil {
			return err
		}
	}
	return nil
}

func (c curve) write(path string, points plotter.XYs) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	rows := [][]string{{c.x, c.unit}}
	for _, p := range points {
		rows = append(rows, []string{strconv.FormatFloat(p.X, 'g', -1, 64), strconv.FormatFloat(p.Y, 'g', 5, 64)})
	}
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		return err
	}
	return f.Close()
}

func (c curve) draw(path string, points plotter.XYs) error {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.name, c.x, c.unit
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	least, most := points[0].Y, points[0].Y
	for _, at := range points {
		least, most = min(least, at.Y), max(most, at.Y)
	}
	if most > 10*least {
		// Then what grows as its input does is a straight line of slope one.
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	line, marks, err := plotter.NewLinePoints(points)
	if err != nil {
		return err
	}
	p.Add(plotter.NewGrid(), line, marks)
	if _, log := p.Y.Scale.(plot.LogScale); !log {
		p.Y.Min = 0
	}
	return p.Save(16*vg.Centimeter, 10*vg.Centimeter, path)
}
