//! What the name of a column says: whether it is of people, of places, of codes.
//!
//! Town tables name columns with and without accents, in snake and camel case, cut to the ten characters of a shapefile, or in
//! the letters of TCVN3 read as Latin. All of that is brought to words of plain letters first.

use super::PersonalKind;
use crate::accents::without_accents;

/// Whole names, without separators. Longer ones may be cut: a name of nine or ten bytes is also held against their beginnings.
const WHOLE: [(PersonalKind, &str); 7] = [
    (
        PersonalKind::Person,
        "chu tenchu chusd tenchusd chush tenchush chusudung chusudungdat tenchusudung tenchusudungdat \
         chusohuu tenchusohuu chuho tenchuho chudat tenchudat chunha tenchunha chuthua chuthuadat \
         chuquyen chucu chumoi tenchucu tenchumoi hoten hovaten hovatenchu hovatenchusudung hotenchu \
         hotenchusd hotenchusudung tenchong tenvo vochong nguoisudung nguoisudungdat tennguoisudung \
         tennguoi nguoisohuu nguoidaidien nguoinhap nguoicapnhat nguoitao nguoiky nguoidung daidien \
         tendaidien khachhang tenkhachhang tenkh ownername owner owners ownerfullname lastname \
         surname firstname createduser lasteditor lasteditedu lastediteduser chusdd chunhandat benban \
         benmua nguyenquan thanhvien quanhechuho tenchutaisan chutaisan",
    ),
    (
        PersonalKind::IdentityNumber,
        "cccd socccd cmnd socmnd cmt socmt cmtnd socmtnd cancuoc socancuoc cancuoccongdan \
         socancuoccongdan thecancuoc chungminh sochungminh chungminhnhandan sochungminhnhandan \
         chungminhthu hochieu sohochieu passport passportno sodinhdanhcanhan madinhdanhcanhan \
         dinhdanhcanhan masothue masothuecanhan mst bhxh sobhxh sobhyt giaytotuythan sogiaytotuythan \
         giaytonhanthan sogiayto sogiaytonhanthan sohokhau hokhau identitynumber idcard idcardno \
         nationalid ssn taxcode",
    ),
    (
        PersonalKind::Phone,
        "sdt sosdt sodt dthoai dienthoai sodienthoai dienthoailienhe didong sodidong dienthoaididong \
         dtdd tel telephone telephoneno mobile mobileno mobilephone phone phoneno phonenumber zalo \
         sozalo lienhe thongtinlienhe contact contactno",
    ),
    (PersonalKind::Email, "email emailaddress mail thudientu diachiemail hopthu"),
    (
        PersonalKind::Certificate,
        "gcn sogcn magcn gcnqsd gcnqsdd sogcnqsdd sogcnqsd gcnqsddat giaychungnhan sogiaychungnhan \
         giaychungnhanquyensudungdat sogiaycn sophathanh sophathanhgcn sovaoso sovaosogcn sovaosocapgcn \
         mavachgcn sosodo sosohong soserigcn certificateno certificatenumber titledeed \
         landusecertificate",
    ),
    (
        PersonalKind::BirthOrOrigin,
        "ngaysinh namsinh ntns ngaythangnamsinh birthdate birthday dateofbirth birthyear dob dantoc \
         tongiao gioitinh gender quequan quoctich thuongtru diachithuongtru tamtru diachitamtru \
         diachichu diachichusudung diachichusohuu diachilienhe diachinguoisudung",
    ),
    (PersonalKind::Account, "stk sotk sotaikhoan taikhoan taikhoannganhang bankaccount iban"),
];

/// Words of a name that say enough wherever they stand.
const WORDS: [(PersonalKind, &str); 6] = [
    (
        PersonalKind::Person,
        "owner owners hoten chusd chush nguoi customer tenant landlord proprietor citizen",
    ),
    (PersonalKind::IdentityNumber, "cccd cmnd cmtnd cmt passport cancuoc ssn"),
    (PersonalKind::Phone, "sdt phone mobile tel telephone dienthoai didong dtdd zalo"),
    (PersonalKind::Email, "email mail"),
    (PersonalKind::Certificate, "gcn gcnqsd gcnqsdd giaychungnhan"),
    (PersonalKind::BirthOrOrigin, "dob birthday ngaysinh namsinh"),
];

/// Pieces that say enough even within a longer word.
const PIECES: [(PersonalKind, &str); 6] = [
    (PersonalKind::Person, "chusudung chusohuu hovaten nguoisudung nguoisohuu khachhang ownername"),
    (PersonalKind::IdentityNumber, "cccd cmnd cancuoc chungminhnhandan giaytotuythan"),
    (PersonalKind::Phone, "dienthoai phone sdt"),
    (PersonalKind::Email, "email thudientu"),
    (PersonalKind::Certificate, "giaychungnhan sogcn gcnqsd"),
    (PersonalKind::BirthOrOrigin, "ngaysinh thuongtru"),
];

/// What a name of people's data says, if it says so.
pub fn personal_by_name(name: &str) -> Option<PersonalKind> {
    spellings(name).iter().find_map(|spelling| by_spelling(spelling, name.len()))
}

fn by_spelling(name: &str, bytes: usize) -> Option<PersonalKind> {
    let words = words(name);
    let compact = words.concat();
    let base = compact.trim_end_matches(|c: char| c.is_ascii_digit());
    let whole = || of_kind(&WHOLE, |known| known == base);
    let by_word = || of_kind(&WORDS, |known| words.iter().any(|word| word == known));
    let by_piece = || of_kind(&PIECES, |piece| base.contains(piece));
    // a shapefile's names have ten bytes at most; with accents that may be few letters
    let is_cut = (9..=10).contains(&bytes) && base.len() >= 5;
    let cut = || {
        if is_cut {
            of_kind(&WHOLE, |known| known.len() > base.len() && known.starts_with(base))
        } else {
            None
        }
    };
    whole().or_else(by_word).or_else(by_piece).or_else(cut)
}

fn of_kind(known: &[(PersonalKind, &str)], is: impl Fn(&str) -> bool) -> Option<PersonalKind> {
    known.iter().find(|(_, names)| names.split_whitespace().any(&is)).map(|(kind, _)| *kind)
}

/// Whether the name of a column, layer or table is of streets, units or landmarks, which are named after people.
pub fn names_a_place(name: &str) -> bool {
    const PLACES: &str = "duong pho tuyen ngo hem ngach kiet street streets road roads way route phuong xa ward wards quan \
        huyen tinh thanh thon ap khu khom khupho hamlet unit units truong school cho cau bridge landmark \
        landmarks poi pois diadiem tenduong tuyenduong tenpho highway";
    let words = words(&without_accents(name));
    let compact = words.concat();
    let is_long_known = |place: &str| place.len() >= 6 && compact.contains(place);
    PLACES.split_whitespace().any(|place| words.iter().any(|word| word == place))
        || PLACES.split_whitespace().any(is_long_known)
}

/// Whether the name is of a code or number that things have, not people.
pub fn names_a_code(name: &str) -> bool {
    const CODES: &str = "ma code id oid gid fid uid uuid guid ref key objectid kyhieu sohieu hieu idu lot blklot block \
        way osm index";
    let words = words(&without_accents(name));
    let compact = words.concat();
    CODES.split_whitespace().any(|code| words.iter().any(|word| word == code))
        || compact.starts_with("ma") && !compact.starts_with("mai")
        || compact.ends_with("id")
        || compact.ends_with("code")
}

/// The name as it is read, and as it was meant where its letters are those of TCVN3 read as Latin.
fn spellings(name: &str) -> Vec<String> {
    let mut spellings = vec![without_accents(name)];
    if name.chars().any(|c| ('\u{A1}'..='\u{FF}').contains(&c)) {
        let meant: String = name.chars().map(|c| tcvn3_letter(c).unwrap_or(c)).collect();
        spellings.push(without_accents(&meant));
    }
    spellings
}

/// The letter without accents that a TCVN3 byte stands for (TCVN 5712:1993, VN3).
fn tcvn3_letter(read: char) -> Option<char> {
    Some(match read {
        '\u{A1}'..='\u{A2}' => 'A',
        '\u{A3}' => 'E',
        '\u{A4}'..='\u{A5}' => 'O',
        '\u{A6}' => 'U',
        '\u{A7}' => 'D',
        '\u{A8}'..='\u{A9}' | '\u{B5}'..='\u{CB}' => 'a',
        '\u{AA}' | '\u{CC}'..='\u{D6}' => 'e',
        '\u{AB}'..='\u{AC}' | '\u{DF}'..='\u{EE}' => 'o',
        '\u{AD}' | '\u{EF}'..='\u{F9}' => 'u',
        '\u{AE}' => 'd',
        '\u{D7}'..='\u{DE}' => 'i',
        '\u{FA}'..='\u{FF}' => 'y',
        _ => return None,
    })
}

/// `soDienThoai`, `SO_DIEN_THOAI`, `Số điện thoại` → so, dien, thoai.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_small = false;
    let mut is_new = true;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            is_new = true;
            was_small = false;
            continue;
        }
        if is_new || was_small && letter.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
        is_new = false;
        was_small = letter.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_people_are_told_in_every_spelling() {
        use PersonalKind::*;
        for (name, kind) in [
            ("chủ sử dụng", Person),
            ("chu_su_dung", Person),
            ("ChuSuDung", Person),
            ("CHUSUDUNG", Person),
            ("chu_su_dun", Person),
            ("Chủ_sử", Person),
            ("Chñ sö dông", Person),
            ("ho_ten", Person),
            ("hoten", Person),
            ("HoVaTenChu", Person),
            ("chu_sh", Person),
            ("tenchu", Person),
            ("TEN_CHU_SD", Person),
            ("ten_chu_1", Person),
            ("chu", Person),
            ("owner", Person),
            ("OwnerName", Person),
            ("owner_2", Person),
            ("nguoi_cap_nhat", Person),
            ("cccd", IdentityNumber),
            ("SoCCCD", IdentityNumber),
            ("so_cmnd", IdentityNumber),
            ("canCuocCongDan", IdentityNumber),
            ("ma_so_thue", IdentityNumber),
            ("so_dien_thoai", Phone),
            ("SODIENTHOA", Phone),
            ("so_dien_th", Phone),
            ("sdt", Phone),
            ("sdt_chu", Phone),
            ("phone", Phone),
            ("Điện thoại", Phone),
            ("email", Email),
            ("E-mail", Email),
            ("gcn", Certificate),
            ("so_gcn", Certificate),
            ("số giấy chứng nhận", Certificate),
            ("SoGiayChun", Certificate),
            ("so_phat_ha", Certificate),
            ("ngay_sinh", BirthOrOrigin),
            ("dia_chi_chu", BirthOrOrigin),
            ("so_tai_khoan", Account),
        ] {
            assert_eq!(personal_by_name(name), Some(kind), "{name}");
        }
    }

    #[test]
    fn columns_of_things_are_not_mistaken() {
        for name in [
            "ghi_chu",
            "ghiChu",
            "GHICHU",
            "chu_vi",
            "chuvi",
            "chu_thich",
            "chuc_nang",
            "chucnang",
            "ChucNangSuDungDat",
            "ten_chung_cu",
            "ten",
            "name",
            "number",
            "so_to",
            "so_thua",
            "SOTHUTUTHU",
            "SOHIEUTOBA",
            "KYHIEUMUCD",
            "MAXA",
            "dien_tich",
            "dt",
            "loai_dat",
            "uses",
            "official_id",
            "hotel",
            "ten_duong",
            "tuong_cn",
            "khu_cong_cn",
            "dia_chi",
            "diadiem",
            "tencongtri",
            "mahieutuye",
            "maThongTinQH",
            "maHoSoQH",
            "tenDoiTuong",
            "phanLoai",
            "soTang",
            "danSo",
            "loGioi",
            "authority",
            "decided_on",
            "hamlet",
            "door_code",
            "national_place_id",
            "post_address_code",
            "so_nha",
            "khoangLui",
            "kho_ten_lua",
            "tenhokhoan",
            "street",
            "landuse",
            "valid_from",
            "so_luong",
        ] {
            assert_eq!(personal_by_name(name), None, "{name}");
        }
    }

    #[test]
    fn names_of_streets_and_of_codes_are_told() {
        for name in
            ["ten_duong", "tenDuong", "street", "TUYEN", "ten_pho", "hanoi_roads", "phuong_xa", "Tên đường"]
        {
            assert!(names_a_place(name), "{name}");
        }
        assert!(!names_a_place("ghi_chu") && !names_a_place("ten") && !names_a_place("thua_dat"));
        for name in ["ma_thua", "osm_id", "objectid_1", "maThongTinQH", "so_hieu", "code"] {
            assert!(names_a_code(name), "{name}");
        }
        assert!(!names_a_code("ghi_chu") && !names_a_code("thong_tin"));
    }
}
