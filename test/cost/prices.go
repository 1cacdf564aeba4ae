// Package cost prices what the product does on AWS: a run from calls that were counted, and
// an environment in which nothing happens. Prices and assumptions are in prices.yaml.
package cost

import (
	_ "embed"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"
)

//go:embed prices.yaml
var pricesText []byte

// Price is what one thing costs.
type Price struct {
	Price float64 `yaml:"price"` // dollars
	Per   float64 `yaml:"per"`   // for so many units
	Unit  string  `yaml:"unit"`
	Page  string  `yaml:"page"` // of AWS, that says so
}

// Assumption is a number that was not counted.
type Assumption struct {
	Value float64 `yaml:"value"`
	Why   string  `yaml:"why"`
}

// Prices is the data file.
type Prices struct {
	Date        string                `yaml:"date"`
	Region      string                `yaml:"region"`
	Prices      map[string]Price      `yaml:"prices"`
	Assumptions map[string]Assumption `yaml:"assumptions"`
}

// LoadPrices reads the data file that is built in.
func LoadPrices() (Prices, error) { return parsePrices(pricesText) }

func parsePrices(text []byte) (Prices, error) {
	var p Prices
	if err := yaml.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("prices.yaml: %w", err)
	}
	return p, p.check()
}

// check holds the file to its form: a date, and each number with what it means.
func (p Prices) check() error {
	if _, err := time.Parse(time.DateOnly, p.Date); err != nil {
		return fmt.Errorf("prices.yaml: date: %w", err)
	}
	if p.Region == "" || len(p.Prices) == 0 || len(p.Assumptions) == 0 {
		return fmt.Errorf("prices.yaml needs region, prices and assumptions")
	}
	for name, x := range p.Prices {
		if x.Price <= 0 || x.Per < 1 || x.Unit == "" || x.Page == "" {
			return fmt.Errorf("prices.yaml: %s needs a price above 0, per of 1 or more, unit and page", name)
		}
	}
	for name, x := range p.Assumptions {
		if x.Value <= 0 || x.Why == "" {
			return fmt.Errorf("prices.yaml: %s needs a value above 0 and why", name)
		}
	}
	return nil
}

// Of is what so many units cost; it panics on a name that the file does not have, since
// what has no price would be free.
func (p Prices) Of(name string, units float64) float64 {
	x, ok := p.Prices[name]
	if !ok {
		panic("prices.yaml has no " + name)
	}
	return units * x.Price / x.Per
}

// Assume is an assumption's value; it panics on a name that the file does not have.
func (p Prices) Assume(name string) float64 {
	x, ok := p.Assumptions[name]
	if !ok {
		panic("prices.yaml has no assumption " + name)
	}
	return x.Value
}
