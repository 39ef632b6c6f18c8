-- The VN-2000 / TM-3 zones that PostGIS lacks (3.6 still does): EPSG 9205 to 9218.
--
-- The shift to WGS 84 is EPSG operation 6960 (Decision 05/2007/QĐ-BTNMT). The decision turns the frame,
-- towgs84 turns positions: the three rotations change their sign. With the decision's own signs points
-- in Hòa Thành would be 0.56 m off.

INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text)
SELECT srid, 'EPSG', srid,
    'PROJCS["VN-2000 / TM-3 ' || label || '",GEOGCS["VN-2000",DATUM["Vietnam_2000",'
    'SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'TOWGS84[-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278],'
    'AUTHORITY["EPSG","6756"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4756"]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
    'PARAMETER["central_meridian",' || meridian || '],PARAMETER["scale_factor",0.9999],'
    'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1,AUTHORITY["EPSG","9001"]],'
    'AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","' || srid || '"]]',
    '+proj=tmerc +lat_0=0 +lon_0=' || meridian || ' +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 '
    '+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278 '
    '+units=m +no_defs'
FROM (VALUES
    (9205, '103', '103-00'),
    (9206, '104', '104-00'),
    (9207, '104.5', '104-30'),
    (9208, '104.75', '104-45'),
    (9209, '105.5', '105-30'),
    (9210, '105.75', '105-45'),
    (9211, '106', '106-00'),
    (9212, '106.25', '106-15'),
    (9213, '106.5', '106-30'),
    (9214, '107', '107-00'),
    (9215, '107.25', '107-15'),
    (9216, '107.5', '107-30'),
    (9217, '108.25', '108-15'),
    (9218, '108.5', '108-30')
) AS zone (srid, meridian, label)
WHERE NOT EXISTS (SELECT FROM spatial_ref_sys known WHERE known.srid = zone.srid);
