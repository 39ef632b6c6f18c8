"""Street names that no street and no unit has: invented, so that a test can make each known in one ward alone."""

import random

from units import bare, read_table

FAMILY = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Lâm Mai Tạ".split()
MIDDLE = "Văn Thế Trọng Quốc Hữu Duy Khắc Đình Đăng Viết Bá Huy Tuấn Doãn Sĩ Mạnh Xuân Ngọc".split()
GIVEN = (
    "Khiêm Khuê Lạng Tiềm Thuyên Bật Hãn Duệ Tuyển Nghiêm Khoát Tuân Huyên Trạc Hoằng Quýnh Thụ Phổ Tiệp Dần Khải Mẫn "
    "Trác Hoán Thưởng Kiểm Độ Giản Tường Luyện Soạn Cẩn Đôn Thuần Nhuận Tập Hiển Chiểu Kỷ Oánh Phác Quán Thiệp Tuyên "
    "Vịnh Giác Diệm Chấn Bích Hoàn Thoại Khánh Trí Uẩn"
).split()


class StreetNames:
    """Hands out one name after the other, none twice."""

    def __init__(self, units, seed):
        taken = {bare(row["name"]) for row in read_table("data/streets/streets_by_district.csv")}
        taken |= {bare(row["name"]) for row in read_table("data/demo/street_names.csv")}
        taken |= {bare(row["name"]) for row in read_table("tests/geocode/streets.csv")}
        named = [units.former_provinces, units.former_districts, units.former_wards, units.provinces, units.wards]
        unit_names = {bare(row["name"]) for table in named for row in table.values()}
        unit_names |= {bare(row["name"]) for row in units.earlier}
        names = {}
        for family in FAMILY:
            for middle in MIDDLE:
                for given in GIVEN:
                    name = f"{family} {middle} {given}"
                    syllables = bare(name).split()
                    runs = {" ".join(syllables[i:j]) for i in range(3) for j in range(i + 1, 4)}
                    if bare(name) not in taken and not runs & unit_names:
                        names.setdefault(bare(name), name)
        self.names = sorted(names.values())
        random.Random(seed).shuffle(self.names)

    def next(self):
        return self.names.pop()
