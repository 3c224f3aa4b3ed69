package person

import "testing"

func TestAddressesAreOfferedInEnglish(t *testing.T) {
	for _, x := range []struct{ zh, want string }{
		{"云江市书院路1号", "1 Shuyuan Road, Yunjiang"},
		{"石家庄市学府大街6号", "6 Xuefu Street, Shijiazhuang"},
		{"北京市海淀区中关村大街27号", "27 Zhongguancun Street, Haidian District, Beijing"},
		{"重庆市沙坪坝区渝碚路街道8号", "8 Yubeilu Subdistrict, Shapingba District, Chongqing"},
		{"云江市书院路1号3栋501室", "Room 501, Building 3, 1 Shuyuan Road, Yunjiang"},
		{"重庆市渝中区人民路232号2单元8-1", "8-1, Unit 2, 232 Renmin Road, Yuzhong District, Chongqing"},
		{"陕西省西安市雁塔区长安路 18 号", "18 Chang'an Road, Yanta District, Xi'an, Shaanxi"},
		{"云江市示范大道20号示范小区6幢", "Building 6, Shifan Residential Quarter, 20 Shifan Avenue, Yunjiang"},
		{"上海市中山路1234弄5号楼A座", "Block A, Building 5, Lane 1234, Zhongshan Road, Shanghai"},
		{"", ""},
		{"云江市\U00030000路1号", ""}, // a character that no table reads
	} {
		if got := AddressEn(x.zh); got != x.want {
			t.Errorf("%s is offered as %q, want %q", x.zh, got, x.want)
		}
	}
}
