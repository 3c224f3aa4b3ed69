package dossier

import "testing"

func TestANumberIsReadAsPeopleWriteIt(t *testing.T) {
	for typed, want := range map[string]string{"９，８００元": "9800", "9,800.50": "9800.50", "9800元": "9800", "9,80元": "9,80", "元": ""} {
		if got := FoldNumber(typed); got != want {
			t.Errorf("%q is read as %q instead of %q", typed, got, want)
		}
	}
}

func TestADocumentsNumberIsSpeltOneWay(t *testing.T) {
	const want = "渝外办任通〔2026〕12号"
	for _, typed := range []string{want, "渝外办任通[2026]12号", "渝外办任通（2026）12号", "渝外办任通［２０２６］ １２号", "渝外办任通【2026年】12号", " 渝外办任通 ( 2026 ) 12 号"} {
		if got := FoldDocument(typed); got != want {
			t.Errorf("%q is %q", typed, got)
		}
	}
	for typed, want := range map[string]string{"渝外办任通(2026)第0012号": "渝外办任通〔2026〕第0012号", "京（海）〔2026〕3号": "京（海）〔2026〕3号", "": ""} {
		if got := FoldDocument(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestAFirmAndItsTranslatorStayTwoNames(t *testing.T) {
	for typed, want := range map[string]string{
		"云江译通翻译有限公司  谭 思齐": "云江译通翻译有限公司 谭思齐", "云江译通翻译有限公司　谭思齐": "云江译通翻译有限公司 谭思齐", "云江译通翻译有限公司": "云江译通翻译有限公司",
		"谭 思齐": "谭思齐", "阿依古丽 • 买买提": "阿依古丽·买买提", "Yitong  Translation   Ltd. Tan Siqi": "Yitong Translation Ltd. Tan Siqi", "": "",
	} {
		if got := fold(foldFirm, typed); got != want {
			t.Errorf("%q is read as %q instead of %q", typed, got, want)
		}
	}
}
