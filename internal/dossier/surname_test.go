package dossier_test

import (
	"testing"

	"yitang/internal/dossier"
)

func TestADoubleSurnameIsOneSurname(t *testing.T) {
	for name, want := range map[string]string{"司马峰": "司马", "欧阳启航": "欧阳", "司马": "司", "顾明远": "顾", "": "", "𠮷野": "𠮷", "买买提·吐尔逊": "买"} {
		if got := dossier.Surname(name); got != want {
			t.Errorf("%s has the surname %q, want %q", name, got, want)
		}
	}
}
