package exchange

import "yitang/internal/exchange/carrier"

// defect is a mistake that the simulator plants to see that it would be found
// (sim_test.go). Nothing else sets one.
type defect string

const (
	passesOverGaps   defect = "a bundle is taken though one before it is missing"
	overtakes        defect = "later records of a subject pass one that is held"
	forgetsHeld      defect = "what is held is written down nowhere"
	receiptsTooMuch  defect = "a receipt names a bundle that was never taken"
	losesARecord     defect = "the last record of a long bundle is left out"
	countsNothing    defect = "what goes counts against no limit"
	givesNoSign      defect = "no sign of life is given"
	waitsForNoFile   defect = "a bundle is taken before its files"
	keepsNoCursor    defect = "the cursor of what was taken stays where it was"
	takesAnySuite    defect = "a suite is taken that nobody agreed to"
	saysNoSuite      defect = "a suite is changed without a record that says so"
	withholdsNothing defect = "fields go beyond their reach"
	trustsTheOld     defect = "an old key still speaks after a new one took its place"
	takesStrangers   defect = "a bundle is taken that a stranger has signed"
	reusesEpochs     defect = "a zone restored twice begins the same epoch twice"
	goesOnAsBefore   defect = "a restored zone numbers its events as it did before"
	tellsNoneAgain   defect = "a new epoch begins where the old one ended"
	swallowsFull     defect = "a full disk is passed over in silence"
	dropsNewer       defect = "what only a later release can read is dropped"
	keepsNewer       defect = "what a later release said waits though this zone has it"
	hidesLacking     defect = "a bundle waits for a file, and nobody is told which"
	hidesRefused     defect = "a bundle that was refused is shown to nobody"
)

// openLaxly opens a bundle for a receiver that trusts the wrong keys.
func (x *Exchange) openLaxly(n Name, src *carrier.Directory) (Bundle, error) {
	file, err := src.Take(n.Bundle())
	if err != nil {
		return Bundle{}, err
	}
	defer file.Close()
	return Open(file, x.lax, x.limits)
}

func (x *Exchange) has(d defect) bool { return x.planted == d }
