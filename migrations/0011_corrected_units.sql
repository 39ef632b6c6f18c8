-- National units that were wrong: what is written again after this would leave the wrong rows beside the right ones.
-- Ids are 1, 2 or 3 million for a unit of the last day before the reform, born of it or ended before, then the code.

-- Mỹ Hưng (01651) stood under 01615, Phú Thịnh (02482) under 02485, a part of Đặng Xá (00556) under Cổ Bi (00553);
-- three wards that ended before led on to namesakes in other districts.
DELETE FROM bandoso.unit_link
WHERE (old_unit_id, new_unit_id) IN (
    (1001615, 1001648), (1001615, 2001648),
    (1002485, 1002494), (1002485, 2002494),
    (1000553, 1000562), (1000553, 2000562),
    (3009550, 1009574), (3026896, 1027397), (3027370, 1027397));

DELETE FROM bandoso.unit_alias
WHERE (unit_id, alias) IN (
    (1001615, 'Xã Mỹ Hưng'), (1001615, '01651'),
    (1002485, 'Xã Phú Thịnh'), (1002485, '02482'),
    (1000553, 'Xã Đặng Xá'));
